/** A serial line of this machine, held alone; busy, denied and absent are told apart. */
import type { SerialPort } from 'serialport';
import { Failure, oneLine } from '../cli/failure.js';
import type { ResetLines, SerialLine, UsbIdentity } from './line.js';
import { findPort, listPorts } from './ports.js';

/**
 * Opens the line of that name: a path, or a USB identity (ports.ts).
 *
 * @throws Failure `port_absent`, `port_busy`, `port_denied`, `port`
 */
export async function openSerial(name: string, baud: number): Promise<SerialLine> {
  const { path, usb } = findPort(name, await listPorts());
  const { SerialPort } = await import('serialport');
  // The lines stay as they are when it closes: whatever runs on the board goes on.
  const port = new SerialPort({ path, baudRate: baud, autoOpen: false, lock: true, hupcl: false });
  await new Promise<void>((resolve, reject) => {
    port.open(error => (error ? reject(portFailure(path, error.message)) : resolve()));
  });
  return new OpenSerial(port, path, usb);
}

/** The reason why a line was not opened, in words of the operating system, as one of four answers. */
export function portFailure(path: string, reason: string): Failure {
  if (/no such file|file not found|cannot find/i.test(reason))
    return new Failure(
      'port_absent',
      `There is no serial line ${path}: plug the board in, or name another line.`,
    );
  if (/lock|busy|in use|temporarily unavailable/i.test(reason))
    return new Failure(
      'port_busy',
      `Another program holds ${path}: close it (a monitor, another run), then try again.`,
    );
  if (/permission|access denied|not permitted/i.test(reason))
    return new Failure(
      'port_denied',
      `This user may not open ${path}: join the group that owns it (dialout or uucp), then log in again.`,
    );
  return new Failure('port', `${path} cannot be opened: ${oneLine(reason)}`);
}

class OpenSerial implements SerialLine {
  readonly name: string;
  readonly usb: UsbIdentity | undefined;
  readonly #port: SerialPort;
  /** Both are asserted by the system as a line opens. What a call leaves out the driver would assert too. */
  #lines: Required<ResetLines> = { dtr: true, rts: true };
  #lost = () => {};

  constructor(port: SerialPort, name: string, usb: UsbIdentity | undefined) {
    this.#port = port;
    this.name = name;
    this.usb = usb;
    port.on('error', () => {});
    // Only one who reads hears that the line is gone.
    port.resume();
    port.on('close', (reason: unknown) => {
      if (reason) this.#lost();
    });
  }

  write(bytes: Uint8Array): Promise<void> {
    return new Promise((resolve, reject) => {
      if (!this.#port.isOpen) return reject(new Error(`the line ${this.name} is closed`));
      this.#port.write(bytes, error => (error ? reject(error) : this.#port.drain(() => resolve())));
    });
  }

  onData(listener: (bytes: Uint8Array) => void): void {
    this.#port.on('data', listener);
  }

  onLost(listener: () => void): void {
    this.#lost = listener;
  }

  setSpeed(baud: number): Promise<void> {
    return new Promise((resolve, reject) =>
      this.#port.update({ baudRate: baud }, error => (error ? reject(error) : resolve())),
    );
  }

  setLines(lines: ResetLines): Promise<void> {
    this.#lines = { ...this.#lines, ...lines };
    // A pseudo-terminal, and some adapters, have no such wires.
    return new Promise(resolve => this.#port.set(this.#lines, () => resolve()));
  }

  close(): Promise<void> {
    return new Promise(resolve => (this.#port.isOpen ? this.#port.close(() => resolve()) : resolve()));
  }
}
