/** Does the image server answer HTTP? That it has some image shows when one is asked for. */

import { type Check, ok, problem, skipped } from './check.js';
import { hostOf } from './host.js';

const TIMEOUT_MS = 5000;

export async function imagesCheck(images: string | undefined): Promise<Check> {
  if (!images) return skipped('images', 'none named', 'give --images URL');
  const host = hostOf(images);
  try {
    // Of an image that cannot exist: every honest answer is 404.
    const address = `${images.replace(/\/$/, '')}/images/${'00'.repeat(32)}`;
    const { status } = await fetch(address, {
      method: 'HEAD',
      signal: AbortSignal.timeout(TIMEOUT_MS),
      redirect: 'manual',
    });
    if (status === 404) return ok('images', `${host} answers`);
    return problem(
      'images',
      `${host} answers ${status} to an image that cannot exist`,
      'name an image server: GET /images/<SHA-256 in hexadecimal>',
    );
  } catch (error) {
    const { cause, name } = error as Error & { cause?: { code?: string } };
    const why = name === 'TimeoutError' ? 'no answer' : (cause?.code ?? name);
    return problem('images', `${host}: ${why}`, 'check that it runs and that --images names it');
  }
}
