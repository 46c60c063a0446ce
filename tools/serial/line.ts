/** A serial line as a port: the flasher and the rig know nothing else of it. */

/** The state of the two lines that reset a chip; what is left out stays. */
export interface ResetLines {
  /** Data terminal ready: asserted, it asks for the chip's loader at the next start. */
  dtr?: boolean;
  /** Request to send: asserted, it holds the chip in reset. */
  rts?: boolean;
}

export interface UsbIdentity {
  vendor: number;
  product: number;
  /** The adapter's, where it has one. */
  serial?: string;
}

/** An open line. It is lost once, and stays lost. */
export interface SerialLine {
  /** For people: the name that it was opened by. */
  readonly name: string;
  readonly usb?: UsbIdentity;
  /** Resolves once the bytes have left. @throws Error when the line is lost */
  write(bytes: Uint8Array): Promise<void>;
  /** One listener; bytes of before are not kept. */
  onData(listener: (bytes: Uint8Array) => void): void;
  /** Told once, when the line goes away without having been closed. */
  onLost(listener: () => void): void;
  /** In bits a second. */
  setSpeed(baud: number): Promise<void>;
  /** Does nothing where the line has no such wires. */
  setLines(lines: ResetLines): Promise<void>;
  /** Idempotent. */
  close(): Promise<void>;
}
