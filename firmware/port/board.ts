/** The running image, as the bootloader that started it tells. */
export interface Running {
  slot: 'A' | 'B';
  /** Bytes of the image that executes, header included (a partition is longer than its image). */
  readonly length: number;
  /** Reads the bytes that execute; the slot may hold others by now. */
  read(offset: number, length: number): Uint8Array;
  /**
   * Pending: started for the first time and rolled back at the next restart unless it confirms. Recovery: it failed again
   * and again and there is no other image to go to, so that its app must not start.
   */
  state: 'pending' | 'confirmed' | 'recovery';
}

/**
 * The word of a bootloader on the slot that is not active. `none`: nothing that may start. `new`: to be started once.
 * `tried`: was started, and has not confirmed. `confirmed`: ran before the active one, and was confirmed. `failed`: was
 * confirmed, and failed again and again.
 */
export type SlotMark = 'none' | 'new' | 'tried' | 'confirmed' | 'failed';

/** The bootloader, as far as an image may use it. */
export interface Boot {
  running: Running;
  /**
   * The image in the other slot: one that was confirmed before, one that was and then failed again and again, or none that
   * ever starts by itself. Missing where the bootloader does not say.
   */
  readonly idle?: SlotMark;
  /** The reason for taking no update, in words: nobody has seen this bootloader go back from an image that fails. */
  readonly refusesUpdates?: string;
  /** Marks the idle slot to be started next, once, with so many bytes of image. Durable when it returns. */
  setPending(length: number): void;
  /** Makes the running image the one that starts from now on. */
  confirm(): void;
  /** Ends this run of the image: nothing after it executes. `rollBack`: a pending image failed its health check. */
  restart(reason: 'update' | 'rollBack' | 'fault'): void;
}

/** The local console: the serial line of a chip. Who talks here holds the board in hand. */
export interface Console {
  log(line: string): void;
  /** Sets the one handler; requests and answers are JSON values, a request at most 4 KiB. */
  onRequest(handler: (method: string, parameters: unknown) => Promise<unknown>): void;
}
