/** App images on XS: the language is frozen before any code of ours runs, the global object before an app does. */
import type { AppPlatform } from '../../../firmware/port/apps.js';
import type { Host } from './host.js';

/** Made at each start of each image: one object, whatever runs. */
export class HostApps implements AppPlatform {
  readonly #host: Pick<Host, 'appRefusal' | 'appRun'>;

  constructor(host: Pick<Host, 'appRefusal' | 'appRun'>) {
    this.#host = host;
  }

  refusal(body: Uint8Array): string | undefined {
    return this.#host.appRefusal(body);
  }

  load(body: Uint8Array, face: object): unknown {
    const run = this.#host.appRun(body);
    return run(name => {
      if (name === 'holdfast/app') return face;
      throw new Error(`an app imports holdfast/app alone, not ${name}`);
    });
  }
}
