/** The loader in a chip's ROM, or its stub in memory, over a serial line: esptool-js, with an end to each of its waits. */
import type { ESPLoader } from 'esptool-js';
import { type Target, targets } from '../chip/chips.js';
import { Failure, oneLine } from '../cli/failure.js';
import type { Piece } from './pieces.js';
import { type OpenLine, WebSerial } from './webSerial.js';

/** The cable was pulled, or the board lost its power. */
export class LineLost extends Error {}

export interface LoaderOptions {
  open: OpenLine;
  /** Bits a second, once the loader answers. */
  baud: number;
  /** False: the ROM alone, which takes blocks of a kilobyte and checks slower. */
  stub: boolean;
  signal: AbortSignal;
}

export interface ChipLoader {
  readonly target: Target;
  /** The chip's own address, which no other has. */
  readonly mac: string;
  /** Bytes of flash beside the chip. */
  readonly flashBytes: number;
  /** It decrypts its flash, or its loader is restricted: what is written so would never start. */
  readonly locked: boolean;
  /** Of what lies in flash, in hexadecimal. */
  md5(offset: number, bytes: number): Promise<string>;
  /** Writes what the deflated bytes are of. `onSent` is told how many of them the chip has. */
  write(piece: Piece, deflated: Uint8Array, onSent: (bytes: number) => void): Promise<void>;
  erase(): Promise<void>;
  /** Bytes that went over the line so far. */
  bytesSent(): number;
  /** Starts the chip anew, where the line has such wires, and lets go of the line. Never throws. */
  close(): Promise<void>;
}

/** Bits a second at which a ROM begins. */
const ROM_BAUD = 115_200;
const ROM_BLOCK_BYTES = 0x400;
const RESET_MS = 100;
const FLASH_BYTES: Readonly<Record<string, number>> = Object.fromEntries(
  [1, 2, 4, 8, 16, 32, 64, 128].map(mib => [`${mib}MB`, mib << 20]),
);

/** @throws LineLost; Failure of openSerial, `flash_silent`, `flash_chip`, `flash_failed` */
export async function connectLoader({ baud, open, signal, stub }: LoaderOptions): Promise<ChipLoader> {
  const { ESPLoader, Transport } = await import('esptool-js');
  const port = new WebSerial(open);
  // biome-ignore lint/suspicious/noExplicitAny: a browser's type, of which it uses what WebSerial has
  const transport = new Transport(port as any);
  // It would print on standard output, whatever was asked for.
  transport.trace = () => {};
  const terminal = { clean() {}, write() {}, writeLine() {} };
  const loader = new ESPLoader({ transport, baudrate: baud, romBaudrate: ROM_BAUD, terminal });
  let stop = () => {};
  const stopped = new Promise<never>((_, reject) => {
    void port.lost.then(() => reject(new LineLost('the line was lost')));
    stop = () => reject(signal.reason);
  });
  signal.addEventListener('abort', stop, { once: true });
  stopped.catch(() => {});
  /** One thing at a time, ended by a lost line and by Ctrl-C too. */
  const ask = async <T>(work: () => Promise<T>): Promise<T> => {
    signal.throwIfAborted();
    try {
      return await Promise.race([work(), stopped]);
    } catch (error) {
      signal.throwIfAborted();
      if (error instanceof Failure || error instanceof LineLost) throw error;
      // A lost line says so a moment after the call that failed for it.
      await Promise.race([stopped, new Promise(resolve => setTimeout(resolve, 100))]);
      throw error;
    }
  };
  const close = async () => {
    await port.setSignals({ dataTerminalReady: false, requestToSend: true }).catch(() => {});
    await new Promise(resolve => setTimeout(resolve, RESET_MS));
    await port.setSignals({ requestToSend: false }).catch(() => {});
    await port.close();
    signal.removeEventListener('abort', stop);
  };
  try {
    await ask(() => connect(loader));
    const facts = await ask(() => factsOf(loader));
    if (!facts.locked) await ask(() => prepare(loader, stub, baud, facts.target));
    const once = (offset: number, bytes: number) =>
      ask(async () => textOfMd5(await loader.flashMd5sum(offset, bytes)));
    // Of an answer that lost a byte nothing is known, and asking again changes nothing.
    const md5 = (offset: number, bytes: number) =>
      once(offset, bytes).catch(error => {
        if (error instanceof LineLost || signal.aborted) throw error;
        return once(offset, bytes);
      });
    const flashBytes = facts.locked ? 0 : await ask(() => sizeOfFlash(loader));
    return {
      ...{ ...facts, flashBytes, close, bytesSent: () => port.bytesSent },
      md5,
      write: (piece, deflated, onSent) =>
        ask(() => writeDeflated(loader, { piece, deflated, target: facts.target, onSent })),
      erase: () => ask(async () => void (await loader.eraseFlash())),
    };
  } catch (error) {
    await close();
    if (error instanceof Failure || error instanceof LineLost || signal.aborted) throw error;
    throw loaderFailed(error as Error);
  }
}

/** Whatever the loader said that it did not do. */
export const loaderFailed = (error: Error): Failure =>
  new Failure('flash_failed', `The chip’s loader gave up: ${oneLine(error.message, 200)}`);

async function connect(loader: ESPLoader): Promise<void> {
  try {
    await loader.connect('default_reset');
  } catch (error) {
    if (error instanceof Failure) throw error;
    const { message, name } = error as Error;
    if (/^Unexpected/.test(name)) throw new Failure('flash_chip', `${oneLine(message)} Nothing was written.`);
    throw new Failure(
      'flash_silent',
      'The chip does not answer as one that waits to be flashed: hold BOOT while you press RESET, then try again.',
    );
  }
}

async function factsOf(loader: ESPLoader): Promise<Pick<ChipLoader, 'locked' | 'mac' | 'target'>> {
  const name = loader.chip.CHIP_NAME;
  const target = targets.find(each => each === name.toLowerCase().replace('-', ''));
  if (!target) throw new Failure('flash_chip', `It is an ${name}, which nothing here is for.`);
  if (loader.secureDownloadMode) return { target, locked: true, mac: '' };
  // The first of these chips cannot say so.
  const security = target === 'esp32' ? undefined : await loader.getSecurityInfo();
  return {
    target,
    locked: isEncrypted(security?.flashCryptCnt ?? 0),
    mac: await loader.chip.readMac(loader),
  };
}

/** An odd number of burnt bits. */
function isEncrypted(count: number): boolean {
  let bits = 0;
  for (let rest = count & 0xff; rest > 0; rest >>= 1) bits += rest & 1;
  return bits % 2 === 1;
}

async function prepare(loader: ESPLoader, stub: boolean, baud: number, target: Target): Promise<void> {
  await loader.chip.postConnect?.(loader);
  if (stub) await loader.runStub();
  // Without a stub it is the ROM that is told where the flash is; the second word is for its older pins.
  else await loader.checkCommand('attach', loader.ESP_SPI_ATTACH, new Uint8Array(target === 'esp32' ? 8 : 4));
  if (!loader.IS_STUB) loader.FLASH_WRITE_SIZE = ROM_BLOCK_BYTES;
  if (baud !== ROM_BAUD) await loader.changeBaud();
}

async function sizeOfFlash(loader: ESPLoader): Promise<number> {
  const size = await loader.detectFlashSize();
  return FLASH_BYTES[size ?? ''] ?? 0;
}

/** The ROM answers with text where the stub answers with bytes. */
const textOfMd5 = (answer: string): string =>
  answer.length === 64 ? Buffer.from(answer, 'hex').toString('latin1') : answer;

interface Writing {
  piece: Piece;
  deflated: Uint8Array;
  target: Target;
  onSent(bytes: number): void;
}

const MILLISECONDS_PER_BYTE = 40_000 / 1_000_000;

async function writeDeflated(loader: ESPLoader, { deflated, onSent, piece, target }: Writing): Promise<void> {
  const { bytes, offset } = piece;
  const { FLASH_WRITE_SIZE: block, IS_STUB: stub } = loader;
  const timeoutMs = Math.max(3000, bytes.length * MILLISECONDS_PER_BYTE);
  const words = [
    // The ROM erases whole blocks beforehand, the stub sectors as it comes to them.
    stub ? bytes.length : Math.ceil(bytes.length / block) * block,
    Math.ceil(deflated.length / block),
    block,
    offset,
    // Every ROM but the first one's asks whether the chip is to encrypt.
    ...(stub || target === 'esp32' ? [] : [0]),
  ];
  const begin = new Uint8Array(new Uint32Array(words).buffer);
  await loader.checkCommand('begin', loader.ESP_FLASH_DEFL_BEGIN, begin, 0, 0, timeoutMs);
  for (let at = 0; at < deflated.length; at += block) {
    const part = deflated.slice(at, at + block);
    await loader.flashDeflBlock(part, at / block, timeoutMs);
    onSent(part.length);
  }
  if (stub) await loader.flashDeflFinish(false, timeoutMs);
}
