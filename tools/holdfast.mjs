#!/usr/bin/env node
// The sources are compiled when they changed; what a command does not need is not even read.

const [major, minor] = process.versions.node.split('.').map(Number);
if (major < 20 || (major === 20 && minor < 19)) {
  stop(`Node ${process.versions.node} is too old: install Node 20.19 or newer.`);
}

try {
  const { importCompiled } = await import('../host-sim/node/program/importCompiled.mjs');
  const { main } = await importCompiled('tools/main.ts', { brief: true });
  await main(process.argv.slice(2));
} catch (error) {
  const missing = /(?:Cannot find (?:package|module) '|Could not resolve ")([^'"./][^'"]*)['"]/.exec(
    error.message,
  )?.[1];
  const broken = missing ?? /package "(@esbuild\/[^"]+)"/.exec(error.message)?.[1];
  if (!broken) throw error;
  stop(`the installation is not whole (${broken} is missing): run npm ci, or install the package again.`);
}

function stop(reason) {
  process.stderr.write(`holdfast: ${reason}\n`);
  process.exit(1);
}
