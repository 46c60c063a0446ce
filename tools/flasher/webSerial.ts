/** A serial line in the form of a browser's, as esptool-js takes one. It counts the bytes of both ways. */
import type { ResetLines, SerialLine, UsbIdentity } from '../serial/line.js';

/** Opens the line; the second time it may be another one, of a board that was plugged in again. */
export type OpenLine = (baud: number) => Promise<SerialLine>;

/** The part of a browser's port that esptool-js uses. */
export class WebSerial {
  readable: ReadableStream<Uint8Array> | null = null;
  writable: WritableStream<Uint8Array> | null = null;
  bytesSent = 0;
  /** Resolves when the line is lost; it stays pending for a line that was closed. */
  readonly lost: Promise<void>;
  readonly #open: OpenLine;
  #line: SerialLine | undefined = undefined;
  #usb: UsbIdentity | undefined = undefined;
  #tellLost = () => {};
  #closeReadable = () => {};

  constructor(open: OpenLine) {
    this.#open = open;
    this.lost = new Promise(resolve => {
      this.#tellLost = resolve;
    });
  }

  async open({ baudRate }: { baudRate: number }): Promise<void> {
    const line = await this.#open(baudRate);
    this.#line = line;
    this.#usb = line.usb;
    line.onLost(() => {
      this.#tellLost();
      this.#closeReadable();
    });
    let isOpen = true;
    this.readable = new ReadableStream<Uint8Array>({
      start: controller => {
        line.onData(bytes => isOpen && controller.enqueue(bytes));
        this.#closeReadable = () => {
          if (isOpen) controller.close();
          isOpen = false;
        };
      },
      cancel: () => {
        isOpen = false;
      },
    });
    this.writable = new WritableStream<Uint8Array>({
      write: bytes => {
        this.bytesSent += bytes.length;
        return line.write(bytes);
      },
    });
  }

  async close(): Promise<void> {
    this.#closeReadable();
    [this.readable, this.writable] = [null, null];
    const line = this.#line;
    this.#line = undefined;
    await line?.close();
  }

  getInfo(): { usbVendorId?: number; usbProductId?: number } {
    return { usbVendorId: this.#usb?.vendor, usbProductId: this.#usb?.product };
  }

  async setBaudRate(baud: number): Promise<void> {
    return this.#held().setSpeed(baud);
  }

  async setSignals(given: { dataTerminalReady?: boolean; requestToSend?: boolean }): Promise<void> {
    const lines: ResetLines = {};
    if (given.dataTerminalReady !== undefined) lines.dtr = given.dataTerminalReady;
    if (given.requestToSend !== undefined) lines.rts = given.requestToSend;
    return this.#held().setLines(lines);
  }

  #held(): SerialLine {
    if (!this.#line) throw new Error('the line is closed');
    return this.#line;
  }
}
