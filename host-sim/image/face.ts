/** The face of an app, read off its code in a bare realm, as a board would run it. */
import { createContext, Script } from 'node:vm';
import type { BusSetting } from '../node/board/busLines.js';
import { APP_MODULE } from '../node/bundle/authors.js';
import { bundleFirmware } from '../node/bundle/firmware.js';

/** The app did not make itself. */
export class FaceError extends Error {
  /** JSON: of the places that the message names as `image:LINE:COLUMN`. */
  readonly sourceMap: string;

  constructor(message: string, sourceMap: string) {
    super(message);
    this.sourceMap = sourceMap;
  }
}

/** Milliseconds in which an app must have made itself. */
const MAKING_MS_MAX = 5000;

const describing = (devices: readonly BusSetting[]) => `import app from '${APP_MODULE}';
import { describeApp } from './host-sim/image/describe.js';
export const face = JSON.stringify(describeApp(app, ${JSON.stringify(devices)}));
`;

/** A stack down to where the realm ends: what lies below is ours, and says nothing to an author. */
const ownFrames = (stack: string): string => stack.split(/\n\s+at Script\.runInContext /)[0];

/**
 * The document of the face, JSON: `Face` of describe.ts.
 * @param app absolute path of the app's module
 * @param devices that it finds on its buses
 * @throws FaceError with the app's own words and stack; BundleError
 */
export async function faceOf(app: string, devices: readonly BusSetting[] = []): Promise<string> {
  const { sourceMap, text } = await bundleFirmware({
    app,
    stdin: { contents: describing(devices) },
    sourceMap: true,
  });
  const context = createContext({}, { codeGeneration: { strings: false, wasm: false } });
  // Without the line of source in front of the stack: all of an image is one line.
  const options = { timeout: MAKING_MS_MAX, displayErrors: false };
  try {
    new Script(text, { filename: 'image' }).runInContext(context, options);
  } catch (error) {
    const { message, stack } = (error ?? {}) as Error;
    throw new FaceError(ownFrames(`${stack ?? message ?? error}`), sourceMap!);
  }
  return String(new Script('image.face').runInContext(context, options));
}
