/** A changed piece of the firmware's source, for images that err on purpose: whoever watches boards must notice. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Plugin } from 'esbuild';
import { repositoryRoot } from '../node/repository.js';

/** One text in place of another, which stands in the file once. */
export interface SourceChange {
  /** From the repository's root. */
  file: string;
  from: string;
  to: string;
}

/** Puts the change into a bundle. @throws Error when the text does not stand in the file once */
export function withChange({ file, from, to }: SourceChange): Plugin {
  const path = join(repositoryRoot, file);
  const parts = readFileSync(path, 'utf8').split(from);
  if (parts.length !== 2) throw new Error(`${file} has ${parts.length - 1} times: ${from}`);
  return {
    name: 'with-change',
    setup(build) {
      build.onLoad({ filter: /\.ts$/ }, loaded =>
        loaded.path === path ? { contents: parts.join(to), loader: 'ts' } : undefined,
      );
    },
  };
}
