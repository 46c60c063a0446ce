/** Moddable SDK 8.2: modules/io/flash/esp32 and modules/io/storage/esp32, as far as they are used here. */

declare module 'embedded:storage/flash' {
  export interface FlashPartition {
    read(count: number, offset: number): ArrayBuffer;
    write(bytes: ArrayBuffer | Uint8Array, offset: number): void;
    /** Blocks from `start` up to, and without, `end`. */
    eraseBlock(start: number, end?: number): void;
    status(): { size: number; blockLength: number; blocks: number };
    close(): void;
  }
  const flash: {
    /** A data partition by its label, `running` or `nextota`. Throws when there is none. */
    open(options: { path: string; mode?: 'r' | 'r+' }): FlashPartition;
  };
  export default flash;
}

declare module 'embedded:storage/key-value' {
  export interface KeyValueStore {
    /** Undefined when there is no such key. */
    read(key: string): ArrayBuffer | undefined;
    write(key: string, value: ArrayBuffer | Uint8Array): void;
    delete(key: string): void;
    close(): void;
  }
  const keyValue: {
    /** An NVS namespace; keys have at most 15 characters. */
    open(options: { path: string; format: 'buffer' }): KeyValueStore;
  };
  export default keyValue;
}
