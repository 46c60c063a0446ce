/** Moddable SDK 8.2: modules/base/modules, modules/files/resource, and what mcconfig generates. */

declare module 'modules' {
  const Modules: {
    /** Names in the mod that is installed. */
    readonly archive: readonly string[];
    has(name: string): boolean;
    /** The default export. */
    importNow(name: string): unknown;
  };
  export default Modules;
}

declare module 'Resource' {
  class Resource {
    /** Throws when there is none. */
    constructor(name: string);
    static exists(name: string): boolean;
    readonly byteLength: number;
    slice(begin: number, end?: number): ArrayBuffer;
  }
  export default Resource;
}

/** The manifest's `config`. */
declare module 'mc/config' {
  const config: Readonly<Record<string, unknown>>;
  export default config;
}

/** The manifest's `ffi`: native/chip.h and native/tls.h. */
declare module 'mc/ffi' {
  const FFI: new () => import('../chip.js').ChipFunctions;
  export default FFI;
}
