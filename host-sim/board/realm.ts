/**
 * A bare realm for an image: a global object with ECMAScript on it and nothing of Node, as on a chip. No code is made
 * from text, no module is loaded. This keeps an image honest about what it needs; against a hostile one a `vm`
 * context is no wall, and that is not what it is for: images are approved before they run.
 */
import { readFileSync } from 'node:fs';
import vm from 'node:vm';
import { notClosed, withApps } from './appText.js';

import type { HostCall } from './realmBytes.js';

export { notClosed } from './appText.js';
export type { HostCall } from './realmBytes.js';

/** The prelude's functions for the host; each returns primitives or bytes of the realm. */
export interface Realm {
  makeBytes(length: number): Uint8Array;
  /** Text for whatever was thrown in the realm; the host itself must not look at it, since looking runs code. */
  describe(error: unknown): string;
  /** True for an error that was made in the realm, unless its image pretends otherwise. */
  owns(error: unknown): boolean;
  /** Calls `image.start(ports)`. Returns what it did not catch. */
  start(): string | undefined;
  /** Tells the image of an event. Returns what it did not catch. */
  emit(
    event: 'timer' | 'readable' | 'writable' | 'closed' | 'request',
    id: number,
    detail?: unknown,
  ): string | undefined;
  /** Ends the process that the image runs in, where it has one of its own. From then on nothing is told to it. */
  end?(): void;
}

/** Makes a realm in which the image's text has run: `createRealm`, or one in another engine. */
export type RealmMaker = typeof createRealm;

const prelude = readFileSync(new URL('./prelude.cjs', import.meta.url), 'utf8');

/**
 * A realm in which the image's text has run.
 * @param host called with what the image asks of its ports
 * @param attach gets the realm before the image's text runs
 * @throws Error with the image's own words when its text does not run
 */
export function createRealm(source: string, host: HostCall, attach: (realm: Realm) => void): Realm {
  const reason = notClosed(source);
  if (reason) throw new Error(reason);
  const context = vm.createContext(vm.constants.DONT_CONTEXTIFY, {
    name: 'image',
    codeGeneration: { strings: false, wasm: false },
  });
  const install = new vm.Script(prelude, { filename: 'prelude' }).runInContext(context) as (
    h: HostCall,
  ) => Realm;
  const realm = install(withApps(host, context));
  attach(realm);
  let script: vm.Script;
  try {
    script = new vm.Script(source, { filename: 'image' });
  } catch (error) {
    throw new Error(`the image does not parse: ${(error as Error).message}`);
  }
  try {
    script.runInContext(context, { displayErrors: false });
  } catch (error) {
    throw new Error(realm.describe(error));
  }
  return realm;
}
