/** The command that runs a board of the SDK's lin build; it takes the arguments of the Node board too. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { repositoryRoot } from '../node/repository.js';

const folder = join(repositoryRoot, '.build', 'moddable', 'lin');

/** The SDK's library, and the loader that runs it without a screen. */
export const linLibrary = join(folder, 'mc.so');
export const linBoard = join(folder, 'holdfast-lin');

/** `npm run build:moddable` is still to be run. */
export class LinMissing extends Error {}

export interface LinEngine {
  /** The file in which the board writes down what memory was used when a run ends with a restart. */
  report?: string;
}

/** @throws LinMissing */
export function linBoardCommand({ report }: LinEngine = {}): { command: string; arguments: string[] } {
  if (!existsSync(linBoard) || !existsSync(linLibrary)) {
    throw new LinMissing(
      'the lin build of the Moddable SDK is not built yet: npm run build:moddable (it needs the SDK, and says which)',
    );
  }
  return {
    command: linBoard,
    arguments: [linLibrary, ...(report === undefined ? [] : ['--report', report])],
  };
}
