/** The line of releases that a command is about: the images of a board, or the apps beside its image. */
import type { DeviceFacts, Hex } from '../../contracts/client/index.js';
import { flag } from '../cli/command.js';
import { Failure } from '../cli/failure.js';
import { oneOf } from '../cli/kinds.js';

const LINES = ['image', 'app'] as const;

export type LineName = (typeof LINES)[number];

/** `--line image|app`. */
export const lineFlag = { line: flag(oneOf(...LINES), 'the image, or the app beside it', 'image') };

/** The channel of that line of a board. @throws Failure `no_app_line` where the Device names none */
export function channelOf({ address, appChannel, channel }: DeviceFacts, line: LineName): Hex {
  if (line === 'image') return channel;
  if (/^0x0+$/.test(appChannel)) {
    throw new Failure(
      'no_app_line',
      `The Device ${address} names no channel for apps: holdfast device app-line CHANNEL sets one.`,
    );
  }
  return appChannel;
}
