/** One end of a connection between an exporter of boards and a runner: JSON lines, bounded, and a silent other end is dropped. */
import type { Socket } from 'node:net';
import { lineReader } from '../../../host-sim/node/lines.js';

export interface TalkOptions {
  socket: Socket;
  /** Milliseconds of silence after which the other end counts as gone; this end speaks four times in that. */
  leaseMs: number;
  onSaid(said: unknown): void;
  /** Once, for people: the other end hung up, was silent, or spoke nonsense. */
  onEnd(why: string): void;
}

export interface Talk {
  send(said: object): void;
  /** Hangs up, when what was said has left. */
  end(): void;
}

/** Bytes of a line; a chunk of the serial line is 16 KiB, and a third more in base64. */
const LINE_BYTES_MAX = 65_536;
/** Bytes that wait for an end which does not read. */
const WAITING_BYTES_MAX = 4 * 1024 * 1024;
/** Milliseconds for the last words to leave. */
const END_MS = 2000;

/** Begins it. */
export function talk({ leaseMs, onEnd, onSaid, socket }: TalkOptions): Talk {
  let heard = Date.now();
  let isOver = false;
  const over = (why: string) => {
    if (isOver) return;
    isOver = true;
    clearInterval(beat);
    socket.destroy();
    onEnd(why);
  };
  const send = (said: object) => {
    if (isOver || socket.destroyed) return;
    socket.write(`${JSON.stringify(said)}\n`);
    if (socket.writableLength > WAITING_BYTES_MAX) over('does not read what it is told');
  };
  const beat = setInterval(() => {
    if (Date.now() - heard > leaseMs) over('was silent for too long');
    else send({ beat: true });
  }, leaseMs / 4);
  const take = (line: string) => {
    heard = Date.now();
    const said = parse(line);
    if (said === undefined) return over('speaks no language of exporters');
    if (!('beat' in said)) onSaid(said);
  };
  socket
    .setNoDelay(true)
    .on('error', error => over(`is lost (${(error as NodeJS.ErrnoException).code ?? error.message})`))
    .on('close', () => over('hung up'))
    .on(
      'data',
      lineReader(LINE_BYTES_MAX, take, () => over('speaks lines that are too long')),
    );
  return {
    send,
    end() {
      if (isOver) return;
      socket.end();
      setTimeout(() => over('was hung up on'), END_MS).unref();
    },
  };
}

/** An object; undefined for what is none. */
function parse(line: string): object | undefined {
  try {
    const said: unknown = JSON.parse(line);
    return typeof said === 'object' && said !== null ? said : undefined;
  } catch {
    return undefined;
  }
}
