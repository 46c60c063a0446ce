import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import test from 'ava';
import type { Step } from '../../../tools/demo/steps.js';

interface Document {
  ok: boolean;
  seconds: number;
  times: Record<'setUp' | 'firstOrder' | 'steps' | 'between' | 'close', number>;
  hostile: Record<'endpoint' | 'prover' | 'broker', number>;
  steps: Step[];
}

/** As many steps as the demo ever had: none may be dropped. */
const STEPS_MIN = 60;

/** Runs the command as a person does, and gives what it printed and how it ended. */
async function holdfast(args: string[], interruptAfter?: RegExp) {
  const child = spawn(process.execPath, ['tools/holdfast.mjs', ...args], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let out = '';
  let errors = '';
  let interrupted = false;
  child.stdout.on('data', data => {
    out += data;
    if (!interrupted && interruptAfter?.test(out)) {
      interrupted = true;
      child.kill('SIGINT');
    }
  });
  child.stderr.on('data', data => {
    errors += data;
  });
  const [status] = await once(child, 'close');
  return { status, out, errors };
}

function commandLine(pid: string): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ');
  } catch {
    return '';
  }
}

/** Processes of this machine whose command line names this text. */
const pidsWith = (text: string): number[] =>
  readdirSync('/proc')
    .filter(name => /^\d+$/.test(name) && commandLine(name).includes(text))
    .map(Number);

const processesWith = (text: string): string[] => pidsWith(text).map(pid => commandLine(`${pid}`));

test.serial('the demo comes out as expected in every step, each attack with an accepted twin', async t => {
  const { errors, out, status } = await holdfast(['demo', '--json']);
  const document = JSON.parse(out) as Document;
  const wrong = document.steps.filter(
    step => step.verdict !== step.expected || step.code !== step.expectedCode,
  );
  t.deepEqual(wrong, [], errors);
  t.true(document.ok);
  t.is(status, 0);
  const { broker, endpoint, prover } = document.hostile;
  t.true(endpoint > 0 && prover > 0 && broker > 10, JSON.stringify(document.hostile));
  t.true(document.steps.length >= STEPS_MIN, `${document.steps.length} steps`);
  const { close, firstOrder, ...parts } = document.times;
  t.true(firstOrder >= parts.setUp && firstOrder <= document.seconds);
  const sum = Object.values(parts).reduce((all, part) => all + part, close);
  t.true(
    Math.abs(sum - document.seconds) < 0.5,
    `${JSON.stringify(document.times)} of ${document.seconds} s`,
  );
  const attacks = document.steps.filter(step => step.expected !== 'accepted');
  const twins = document.steps.filter(step => step.name.startsWith('  twin'));
  t.true(attacks.length >= 20, `${attacks.length} attacks`);
  t.is(twins.length, attacks.length);
  const codes = new Set(attacks.map(step => step.code));
  for (const code of ['not_anchored', 'header_mismatch', 'proof_invalid', 'wrong_answer', 'malformed'])
    t.true(codes.has(code));
  for (const code of ['no_quorum', 'replayed', 'expired', 'wrong_target', 'unauthorized', 'paused'])
    t.true(codes.has(code));
  for (const code of ['image_hash', 'image_size', 'rollback', 'not_approved', 'not_published'])
    t.true(codes.has(code));
});

test.serial('Ctrl-C in the middle leaves no process behind and says so', async t => {
  const port = 20_000 + Math.floor(Math.random() * 20_000);
  const { errors, status } = await holdfast(['demo', '--chain-port', `${port}`], /An order/);
  t.is(status, 130);
  t.regex(errors, /interrupted/);
  t.deepEqual(processesWith(`--port ${port}`), []);
});

test.serial('what npm started ends when npm is ended, and what was started otherwise does not', async t => {
  for (const environment of [{ npm_lifecycle_event: 'start' }, {}]) {
    const port = 20_000 + Math.floor(Math.random() * 20_000);
    const env: NodeJS.ProcessEnv = { ...process.env, npm_lifecycle_event: undefined, ...environment };
    const command = `${process.execPath} tools/holdfast.mjs start --json --chain-port ${port}; exit $?`;
    const folder = mkdtempSync(join(tmpdir(), 'holdfast-start-'));
    const shell = spawn('sh', ['-c', command.replace('tools/', `${process.cwd()}/tools/`)], {
      env,
      cwd: folder,
    });
    try {
      await once(shell.stdout, 'data');
      const ours = processesWith(`start --json --chain-port ${port}`).length;
      t.true(ours >= 2, 'the shell and the command');
      shell.kill('SIGKILL');
      const gone = () => processesWith(`--chain-port ${port}`).length === 0;
      if ('npm_lifecycle_event' in environment) {
        while (!gone()) await setTimeout(100);
        t.deepEqual(processesWith(`--port ${port}`), []);
      } else {
        await setTimeout(2000);
        t.false(gone());
      }
    } finally {
      for (const pid of pidsWith(`start --json --chain-port ${port}`)) process.kill(pid, 'SIGTERM');
      while (pidsWith(`--chain-port ${port}`).length > 0) await setTimeout(100);
      rmSync(folder, { recursive: true, force: true });
    }
  }
});

test.serial(
  'an endpoint that lies all the time makes the demo fail, and its exit status says so',
  async t => {
    const { rpcProxy } = await import('../../../host-sim/attack/rpc/proxy.js');
    const { flippedStorageProof } = await import('../../../host-sim/attack/rpc/mutations.js');
    const { startChain } = await import('../../../host-sim/chain/anvil.js');
    const chain = await startChain();
    const liar = await rpcProxy({ upstream: chain.url, mutation: flippedStorageProof });
    try {
      const { out, status } = await holdfast(['demo', '--json', '--rpc', liar.url, '--until', 'order']);
      const document = JSON.parse(out) as Document;
      t.false(document.ok);
      t.is(status, 1);
      const order = document.steps[0];
      t.is(order.verdict, 'undetermined');
      t.is(order.code, 'no_witness');
    } finally {
      await liar.close();
      await chain.close();
    }
  },
);
