/** The `buffer` that mqtt-packet gets on a board: firmware/mqtt/shims/buffer.ts. Whoever else asks for it gets npm's. */
import { join } from 'node:path';
import type { Plugin } from 'esbuild';
import { repositoryRoot } from '../repository.js';

const shim = join(repositoryRoot, 'firmware', 'mqtt', 'shims', 'buffer.ts');
const asksOnBoard = /[\\/]node_modules[\\/]mqtt-packet[\\/]|[\\/]firmware[\\/]mqtt[\\/]shims[\\/]/;

export const smallBuffer: Plugin = {
  name: 'small-buffer',
  setup(build) {
    build.onResolve({ filter: /^buffer$/ }, ({ importer }) =>
      asksOnBoard.test(importer) ? { path: shim } : undefined,
    );
  },
};
