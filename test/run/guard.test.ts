/** The guard around the tests: a run that hangs is ended, and what a run leaves behind is. */
import test from 'ava';
import { guarded } from './guard.mjs';

/** A run that starts a process of its own, says its number, and does as told. */
const run = (after: string) => [
  process.execPath,
  '-e',
  `const { spawn } = require('node:child_process');
   const child = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'], { detached: true, stdio: 'inherit' });
   console.log('left ' + child.pid);
   ${after}`,
];

async function result(command: string[], options: { silenceMs: number; graceMs?: number }) {
  let text = '';
  const listen = (said: string | Uint8Array) => void (text += said.toString());
  const status = await guarded(command, { ...options, out: listen, say: listen });
  const pid = Number(/left (\d+)/.exec(text)?.[1]);
  return { status, text, pid };
}

const MINUTES_MS = 600_000;
const linux = process.platform === 'linux' ? test : test.skip;

/** Resolves once the process is no more; ava's limit ends a test in which it never is. */
async function gone(pid: number): Promise<boolean> {
  for (;;) {
    try {
      process.kill(pid, 0);
      await new Promise(resolve => setTimeout(resolve, 20));
    } catch {
      return true;
    }
  }
}

linux('a run in which nothing is heard is ended, and fails', async t => {
  const { status, text, pid } = await result(run('setInterval(() => {}, 1000)'), { silenceMs: 5000 });
  t.is(status, 1);
  t.regex(text, /Nothing was heard for 5 s/);
  t.true(await gone(pid));
});

linux('what a run leaves behind is named and ended, and its own status stands', async t => {
  for (const code of [0, 3]) {
    const ended = await result(run(`child.unref(); process.exit(${code})`), {
      silenceMs: MINUTES_MS,
      graceMs: 0,
    });
    t.is(ended.status, code);
    t.regex(ended.text, new RegExp(`left behind, and ended: process ${ended.pid}:`));
    t.true(await gone(ended.pid));
  }
});

test('a run that leaves nothing is told nothing', async t => {
  const { status, text } = await result([process.execPath, '-e', "console.log('all is well')"], {
    silenceMs: MINUTES_MS,
  });
  t.is(status, 0);
  t.is(text, 'all is well\n');
});
