#!/usr/bin/env node
// forge finds no compiler offline: this passes its standard JSON to solc's WebAssembly build from npm.
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';

const require = createRequire(import.meta.url);
if (process.argv.includes('--version')) {
  const { version } = JSON.parse(readFileSync(require.resolve('solc/package.json'), 'utf8'));
  console.log(
    `solc, the solidity compiler commandline interface\nVersion: ${version}+commit.00000000.Emscripten.clang`,
  );
} else {
  process.stdout.write(require('solc').compile(readFileSync(0, 'utf8')));
}
