/** What the bootloader tells the image that it started. */
export interface Running {
  slot: 'A' | 'B';
  /** Bytes of the image that executes, header included (a partition is longer than its image). */
  readonly length: number;
  /** Reads the bytes that execute, not what the slot may hold by now. */
  read(offset: number, length: number): Uint8Array;
  /** Pending: started for the first time and rolled back at the next restart unless it confirms. */
  state: 'pending' | 'confirmed';
}

/** The bootloader, as far as an image may talk to it. */
export interface Boot {
  running: Running;
  /** Why this board takes no update, if it takes none: nobody has seen its bootloader go back from an image that fails. */
  readonly refusesUpdates?: string;
  /** Marks the idle slot to be started next, once, with so many bytes of image. Durable when it returns. */
  setPending(length: number): void;
  /** Makes the running image the one that starts from now on. */
  confirm(): void;
  /** Ends this run of the image; nothing after it executes. `rollBack` is for a pending image that failed its health check. */
  restart(reason: 'update' | 'rollBack' | 'fault'): void;
}

/** The local console: the serial line of a chip. Who talks here holds the board in hand. */
export interface Console {
  log(line: string): void;
  /** One handler; requests and answers are JSON values, at most 4 KiB a request. */
  onRequest(handler: (method: string, parameters: unknown) => Promise<unknown>): void;
}
