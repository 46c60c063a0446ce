/** Moddable SDK 8.2: modules/io/digital and modules/io/analog/esp32, as far as they are used here. */

declare module 'embedded:io/digital' {
  class Digital {
    static readonly Input: number;
    static readonly InputPullUp: number;
    static readonly InputPullDown: number;
    static readonly Output: number;
    constructor(options: { pin: number; mode: number; initialValue?: 0 | 1 });
    read(): number;
    write(value: 0 | 1): void;
    close(): void;
  }
  export default Digital;
}

declare module 'embedded:io/analog' {
  class Analog {
    constructor(options: { pin: number });
    /** 0 to 2^resolution − 1. */
    read(): number;
    readonly resolution: number;
  }
  export default Analog;
}
