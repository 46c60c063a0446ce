/**
 * C that a Moddable manifest names finds our headers by a path of its own: the SDK's makefile, unlike our own builds,
 * searches no folder but that of the file.
 */
import { posix } from 'node:path';
import test from 'ava';
import { readSources } from './sources.js';

const rooms = ['firmware/', 'host-sim/engine/posix/', 'host-sim/moddable/'];
const sources = readSources(path => /\.[ch]$/.test(path));
const ours = new Set([...sources.keys()].map(path => posix.basename(path)));

/** Includes of a header of ours that does not lie where the include says. */
function lost(path: string, text: string, files: ReadonlySet<string>): string[] {
  return [...text.matchAll(/^#include "([^"]+\.h)"/gm)].flatMap(([, name]) => {
    const target = posix.join(posix.dirname(path), name);
    return ours.has(posix.basename(name)) && !files.has(target) ? [`${path} includes ${name}`] : [];
  });
}

test('every header of ours lies where the C of a manifest includes it from', t => {
  const files = new Set(sources.keys());
  const looked = [...sources].filter(([path]) => rooms.some(room => path.startsWith(room)));
  t.true(looked.length > 30);
  t.deepEqual(
    looked.flatMap(([path, text]) => lost(path, text, files)),
    [],
  );
  t.deepEqual(lost('host-sim/moddable/host/x.c', '#include "console.h"\n#include "xs.h"\n', files), [
    'host-sim/moddable/host/x.c includes console.h',
  ]);
});
