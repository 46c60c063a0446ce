/** The orders that shells complete: of the app whose image was built, or seen on a board, last. They ask nobody for it. */
import type { Face } from '../../host-sim/image/describe.js';
import { isAction } from '../cli/kinds.js';
import { exampleOf } from './exampleParams.js';
import { newestFace } from './imageFiles.js';
import { parseFace } from './knownFace.js';

function faceIn(home: string): Face | undefined {
  try {
    const bytes = newestFace(home);
    return bytes && parseFace(bytes);
  } catch {
    return undefined;
  }
}

/**
 * Actions by their whole names; none where no app is known.
 *
 * @param home the project's `.holdfast`
 */
export function knownOrders(home: string): string[] {
  const face = faceIn(home);
  const names = Object.keys(face?.actions ?? {}).map(name => `${face?.app}.${name}`);
  return names.filter(isAction);
}

/** One example of the params of that action, as JSON; none where it is not known. */
export function paramsOf(home: string, action: string): string[] {
  const face = faceIn(home);
  const [app, name] = action.split('.');
  if (face?.app !== app || name === undefined || !Object.hasOwn(face.actions, name)) return [];
  return [JSON.stringify(exampleOf(face.actions[name].params))];
}
