/** The way of a newcomer: a project from each template of the installed package, up to a real update of a board. */
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'ava';
import { repositoryRoot } from '../../../host-sim/node/repository.js';
import { templates } from '../../../tools/app/newProject.js';
import { testWithChain } from '../../host-sim/chain/withChain.js';
import { type Installed, installPackage } from './installed.js';
import { startWorld } from './world.js';

let installed: Installed;
test.before(async t => {
  t.timeout(20 * 60_000);
  installed = await installPackage();
});
test.after.always(() => installed?.remove());

const compiler = join(repositoryRoot, 'node_modules', 'typescript', 'bin', 'tsc');

for (const name of Object.keys(templates)) {
  test.serial(`a project from the template ${name} is tested and type checked as it is`, async t => {
    const folder = join(installed.folder, `my-${name}`);
    await installed.run('npx', ['holdfast', 'init', `my-${name}`, '--template', name]);
    const said = await installed.run('npm', ['test'], folder);
    t.regex(said, /# fail 0/);
    t.regex(said, /All tests passed, in 1 file/);
    await t.notThrowsAsync(
      installed.run(
        'node',
        [
          compiler,
          '-p',
          folder,
          '--types',
          'node',
          '--typeRoots',
          join(repositoryRoot, 'node_modules/@types'),
        ],
        folder,
      ),
    );
    const again = await t.throwsAsync(installed.run('npx', ['holdfast', 'init', `my-${name}`]));
    t.regex((again as unknown as { stderr: string }).stderr, /is not empty and is left as it is/);
    writeFileSync(
      join(folder, 'fails.test.ts'),
      `import test from 'node:test';\ntest('x', () => { throw new Error('seen') });\n`,
    );
    const failed = await t.throwsAsync(installed.run('npm', ['test'], folder));
    t.regex((failed as unknown as { stdout: string }).stdout, /fails\.test\.ts:2/);
  });
}

test('the lock and its test have 60 lines', t => {
  const folder = join(repositoryRoot, 'tools', 'package', 'templates', 'lock');
  const lines = ['app.ts', 'app.test.ts'].map(
    name => readFileSync(join(folder, name), 'utf8').trimEnd().split('\n').length,
  );
  t.true(lines.reduce((sum, count) => sum + count) <= 60, lines.join(' + '));
});

testWithChain('the lock obeys its first order, and what is changed in it comes as a real update', async t => {
  const folder = join(installed.folder, 'front-door');
  await installed.run('npx', ['holdfast', 'init', 'front-door', '--template', 'lock']);
  const world = await startWorld(folder, join(installed.folder, 'node_modules'), [
    'start',
    '--app',
    'app.ts',
  ]);
  try {
    t.true(world.said().includes(`npx holdfast command lock.open '{"seconds":1}'`));
    const command = (...args: string[]) => installed.run('npx', ['holdfast', ...args, '--json'], folder);
    const first = JSON.parse(await command('command', 'lock.open', '{"seconds":1}'));
    t.like(first.receipt, { outcome: 'done', result: { open: false } }, 'one operator alone');
    const keystore = ['--keystore', '.holdfast/simulation/signerA.json'];
    const second = JSON.parse(await command('command', 'lock.open', '{"seconds":1}', ...keystore));
    t.like(second.receipt, { outcome: 'done', result: { open: true } });
    const refusedOrder = async (...args: string[]) => {
      const { stdout } = (await t.throwsAsync(command('command', ...args))) as unknown as { stdout: string };
      return JSON.parse(stdout).error;
    };
    const sequence = async () => JSON.parse(await command('status')).chain.sequence;
    const before = await sequence();
    t.is((await refusedOrder('lock.open', '{"seconds":0}')).code, 'order');
    t.regex((await refusedOrder('lock.opne')).message, /did you mean lock\.open/);
    t.is(await sequence(), before, 'nothing was linked');
    const rig = JSON.parse(await command('rig', 'run', '--app', 'app.ts'));
    t.like(rig, { ok: true, failed: 0, notRun: 0 });

    const app = join(folder, 'app.ts');
    const source = readFileSync(app, 'utf8');
    const settings = `  const schema = v.strictObject({ longest: v.optional(v.pipe(v.number(), v.maxValue(60)), 30) });
  const config = board.config({ schema });
  const secrets = board.secrets({ schema: v.strictObject({ pin: v.optional(v.string()) }) });
`;
    const gate = source
      .replace("name: 'lock'", "name: 'gate'")
      .replace(
        'healthy:',
        `telemetry: { door: telemetry({ value: v.boolean(), everyMs: 1000, onChange: true, read: () => !door.read() }) },
    healthy:`,
      )
      .replace('defineApp }', 'defineApp, telemetry }')
      .replace('  let cancel', `${settings}  let cancel`)
      .replace('return { open }', 'return { longest: config.value.longest, pin: secrets.value.pin?.length }');
    writeFileSync(app, gate);
    const deployed = JSON.parse(await command('release', 'deploy', 'app.ts'));
    t.true(deployed.installed);
    t.is(deployed.version, 2);
    t.is(deployed.receipt.imageHash, deployed.imageSha256);
    t.deepEqual(JSON.parse(await command('config', 'get')).settings, [
      { name: 'longest', value: 30, from: 'default' },
    ]);
    const faultOf = async (...args: string[]) =>
      JSON.parse(((await t.throwsAsync(command(...args))) as unknown as { stdout: string }).stdout).error;
    t.regex((await faultOf('config', 'set', '{"longst":5}')).message, /did you mean longest/);
    t.regex((await faultOf('config', 'set', '{"longest":61}')).message, /60 or less.* Nothing was linked/);
    const heard = command('telemetry', '--for', '45s');
    t.is(JSON.parse(await command('config', 'set', '{"longest":5}')).receipt.outcome, 'done');
    writeFileSync(join(folder, 'pin.txt'), 'four-word-pin\n', { mode: 0o600 });
    const given = await command('secret', 'set', 'pin', '--from', 'pin.txt');
    t.deepEqual(JSON.parse(given).receipt.result, { set: ['pin'] });
    t.false(existsSync(join(folder, JSON.parse(given).file)), 'the envelope held the secret');
    t.regex((await refusedOrder('holdfast.secret', '{"set":{"pin":"1"}}')).message, /no argument/);
    const { events, ...counts } = JSON.parse(await heard);
    t.like(counts, { batches: 1, reports: 1, forged: 0, missing: 0 });
    t.like(events[0], { kind: 'report', name: 'door', value: false });
    t.true(Math.abs(Date.parse(events[0].time) - Date.now()) < 3_600_000);
    const { telemetry } = JSON.parse(await command('status'));
    t.like(telemetry, { start: 1, number: 1, newest: [{ name: 'door', value: false }] });
    // The board has just restarted, and is shown what time it is by the way.
    writeFileSync(app, `${readFileSync(app, 'utf8')}\n// More.\n`.replace('[4, 5,', '[4, 6,'));
    t.is(JSON.parse(await command('release', 'deploy', 'app.ts')).version, 3);
    const changed = JSON.parse(await command('command', 'gate.open', '{"seconds":1}'));
    t.like(changed.receipt, { outcome: 'done', result: { longest: 5, pin: 13 } });
    t.deepEqual(JSON.parse(await command('status')).config, { longest: 5 });
    t.false(world.said().includes('four-word-pin'));
    rmSync(join(folder, '.holdfast', 'images'), { recursive: true });
    t.regex(
      (await refusedOrder('lock.open', '{"seconds":1}')).message,
      /it has gate\.open/,
      'by the release alone',
    );

    writeFileSync(app, source.replace('  cancel();', '  cancel(;'));
    const line = source.slice(0, source.indexOf('  cancel();')).split('\n').length;
    const refused = await t.throwsAsync(command('release', 'deploy', 'app.ts'));
    t.regex((refused as unknown as { stdout: string }).stdout, new RegExp(`app\\.ts:${line}: `));
  } finally {
    await world.stop();
  }
});

for (const [how, done] of [
  ['--watch', 'version 2 is confirmed'],
  ['--hot', 'the board was flashed and started anew'],
]) {
  testWithChain(
    `with ${how} what is saved comes onto the board by itself, and what is wrong is told`,
    async t => {
      const folder = join(installed.folder, `saved${how}`);
      await installed.run('npx', ['holdfast', 'init', `saved${how}`, '--template', 'blank']);
      const modules = join(installed.folder, 'node_modules');
      const world = await startWorld(folder, modules, ['start', '--app', 'app.ts', how]);
      try {
        const app = join(folder, 'app.ts');
        const source = readFileSync(app, 'utf8');
        writeFileSync(app, source.replace('healthy: () =>', 'healthy: () =>>'));
        await world.says('✗ saved, and not on the board');
        t.regex(world.said(), /app\.ts:8: /);
        writeFileSync(app, source.replace("name: 'blank'", "name: 'saved'"));
        await world.says(done);
        const order = ['holdfast', 'command', 'saved.hello', '{"name":"Ada"}', '--json'];
        t.is(JSON.parse(await installed.run('npx', order, folder)).receipt.outcome, 'done');
      } finally {
        await world.stop();
      }
    },
  );
}
