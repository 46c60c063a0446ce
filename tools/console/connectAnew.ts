/** A board that changed hands, told at its console which broker and image server it is to use from now on. */
import { accessFor, accessParameters } from '../board/accessFile.js';
import type { Surroundings } from '../cli/command.js';
import type { Hex } from '../cli/kinds.js';
import type { Settings } from '../settings/settings.js';
import type { BoardConsole } from './boardConsole.js';

export interface NewConnections {
  device: Hex;
  'image-floor'?: number;
  'postpone-hours'?: number;
  'prover-key'?: Hex;
  revision?: number;
}

/**
 * Tells the board the broker of the settings, with an access of its own, as `holdfast provision` does. Without a broker
 * there it stays at that of its former owner, which is said.
 */
export async function connectAnew(
  { note, warn }: Pick<Surroundings, 'note' | 'warn'>,
  console: BoardConsole,
  settings: Settings,
  {
    device,
    'image-floor': imageFloor,
    'postpone-hours': postponeHours,
    'prover-key': proverKey,
    revision,
  }: NewConnections,
): Promise<void> {
  const broker = settings.find('broker');
  if (broker === undefined) {
    warn(
      'no broker is named, so that the board stays at the broker of its former owner, who can hold messages back.',
    );
    return;
  }
  const images = settings.find('images');
  await console.request('configure', {
    broker,
    images: images === undefined ? [] : [images],
    access: accessParameters(accessFor(settings.home, device)),
    ...(imageFloor !== undefined && { imageFloor }),
    ...(postponeHours !== undefined && { postponeHours }),
    ...(proverKey && { proverKey }),
    ...(revision !== undefined && { revision }),
  });
  note(`It connects to ${broker} from now on.`);
}
