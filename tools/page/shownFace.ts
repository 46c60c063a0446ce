/** The face of the app that a board runs, as a page shows it. */
import type { Board, Json } from '../../host-sim/page/protocol.js';
import { type FaceSource, knownFace } from '../app/knownFace.js';

/** Undefined where nobody has it. Never throws. */
export async function shownFace(source: FaceSource): Promise<Pick<Board, 'actions' | 'app'> | undefined> {
  const face = await knownFace(source);
  if (!face) return undefined;
  const actions = Object.entries(face.actions).map(([action, { params }]) => ({
    name: `${face.app}.${action}`,
    params: params as Json,
  }));
  return { app: face.app, actions };
}
