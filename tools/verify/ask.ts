/** Questions to provers over HTTP: bounded in bytes and time, and nobody's word believed. */
import { type Undetermined, undetermined } from '../../firmware/bytes/verdict.js';

/** The bytes of an answer, or `unreachable` with the reason. */
export type Answer = Uint8Array | Undetermined<'unreachable'>;

/**
 * Asks one prover one question of `/light/v1/…`. Never throws.
 *
 * @param prover `http://` or `https://` URL, without the path
 * @param timeoutMs milliseconds for the whole answer
 * @param bytesMax longer answers are broken off
 */
export async function ask(
  prover: string,
  path: string,
  timeoutMs: number,
  bytesMax: number,
): Promise<Answer> {
  const url = `${prover.replace(/\/+$/, '')}/light/v1/${path}`;
  try {
    const response = await fetch(url, { signal: AbortSignal.timeout(timeoutMs) });
    if (response.status !== 200) {
      void response.body?.cancel();
      return undetermined('unreachable', `${prover} answers ${response.status}`);
    }
    return (
      (await read(response, bytesMax)) ??
      undetermined('unreachable', `${prover} answers more than ${bytesMax} bytes`)
    );
  } catch (error) {
    return undetermined('unreachable', `${prover} does not answer (${(error as Error).message})`);
  }
}

/** The body; undefined when it is longer than it may be, and then the rest is not read. */
async function read(response: Response, bytesMax: number): Promise<Uint8Array | undefined> {
  const reader = response.body!.getReader();
  const bytes = new Uint8Array(bytesMax);
  for (let length = 0; ; ) {
    const { done, value } = await reader.read();
    if (done) return bytes.slice(0, length);
    if (length + value.length > bytesMax) {
      void reader.cancel();
      return undefined;
    }
    bytes.set(value, length);
    length += value.length;
  }
}
