/** Moddable SDK 8.2: modules/io/digital and modules/io/analog/esp32, as far as they are used here. */

declare module 'embedded:io/digital' {
  class Digital {
    static readonly Output: number;
    constructor(options: { pin: number; mode: number; initialValue?: 0 | 1 });
    write(value: 0 | 1): void;
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
