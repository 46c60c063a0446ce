/** firmware/esp32/main.ts, which has types of its own: the SDK's `net` is not Node's. */
declare module 'esp32-firmware' {
  const main: () => void;
  export default main;
}
