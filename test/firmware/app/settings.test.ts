/** Settings of an app: typed, refused when wrong, kept, migrated, and secrets said to nobody. */
import test from 'ava';
import * as v from 'valibot';
import { action, type Board, defineApp, type Settings } from '../../../firmware/app/face.js';
import { AppHost } from '../../../firmware/app/host.js';
import { encodeParams, parseParams } from '../../../firmware/app/params.js';
import { forgottenRecords, RecordKey } from '../../../firmware/app/records.js';
import { SETTINGS_BYTES_MAX } from '../../../firmware/app/settings.js';
import { testBoard } from '../../../host-sim/testing/index.js';

const limit = v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(4095));
const fan = v.strictObject({ limit: v.optional(limit, 2000), name: v.optional(v.string()) });

const appThatTells = (told: unknown[]) => (board: Board) => {
  const config = board.config({ schema: fan, changed: value => void told.push(value) });
  return defineApp({
    name: 'fan',
    healthy: () => true,
    actions: { read: action({ params: v.strictObject({}), run: () => ({ ...config.value }) }) },
  });
};
const app = appThatTells([]);
const read = async (board: ReturnType<typeof testBoard>) => {
  const outcome = await board.order('fan.read');
  return outcome.outcome === 'done' ? outcome.result : outcome;
};

test('the defaults hold until the owner sets something, and again after it is reset', async t => {
  const told: unknown[] = [];
  const board = testBoard(appThatTells(told));
  t.deepEqual(await read(board), { limit: 2000 });
  t.deepEqual(board.config(), {});
  t.deepEqual(await board.order('holdfast.config', { set: { limit: 5 } }), {
    outcome: 'done',
    result: { set: ['limit'] },
  });
  await board.order('holdfast.config', { set: { name: 'a' } });
  for (let start = 0; start < 2; start++) {
    t.deepEqual(await read(board), { limit: 5, name: 'a' });
    t.deepEqual(board.config(), { limit: 5, name: 'a' });
    await board.powerCut();
  }
  await board.order('holdfast.config', { reset: ['limit', 'name'] });
  t.deepEqual(await read(board), { limit: 2000 });
  t.deepEqual(told, [{ limit: 5 }, { limit: 5, name: 'a' }, { limit: 2000 }]);
});

test('what does not fit is refused before anything changes', async t => {
  const board = testBoard(app);
  await board.order('holdfast.config', { set: { limit: 7 } });
  for (const change of [
    { set: { limit: 5000 } },
    { set: { limit: '7' } },
    { set: { limt: 7 } },
    { set: { limit: 8, other: 1 } },
    { reset: ['limt'] },
    { reset: ['constructor'] },
    { set: 7 },
    { limit: 8 },
    { set: { name: 'x'.repeat(SETTINGS_BYTES_MAX) } },
    7,
    null,
  ]) {
    t.deepEqual(
      await board.order('holdfast.config', change),
      { outcome: 'refused', code: 'params' },
      JSON.stringify(change),
    );
  }
  t.deepEqual(await read(board), { limit: 7 });
  t.deepEqual(await board.order('holdfast.secret', { set: { a: 'b' } }), {
    outcome: 'refused',
    code: 'params',
  });
});

/** Version 2 counts tenths, version 1 whole ones. */
const second = (board: Board) => {
  const tenths = v.strictObject({ tenths: v.optional(v.number(), 1) });
  const migrate = (kept: unknown, version: number) =>
    version === 1 ? { tenths: (kept as { limit: number }).limit * 10 } : kept;
  const config = board.config({ schema: tenths, version: 2, migrate });
  return defineApp({
    name: 'fan',
    healthy: () => true,
    actions: { read: action({ params: v.strictObject({}), run: () => ({ ...config.value }) }) },
  });
};

test('a newer version migrates what is kept, at each start, and an image that goes back finds its own', async t => {
  const board = testBoard(app);
  await board.order('holdfast.config', { set: { limit: 7 } });
  await board.update(second);
  t.deepEqual(await read(board), { tenths: 70 });
  await board.powerCut();
  t.deepEqual(await read(board), { tenths: 70 });
  await board.update(app);
  t.deepEqual(await read(board), { limit: 7 }, 'rolled back: nothing was written');
  await board.update(second);
  await board.order('holdfast.config', { set: { tenths: 75 } });
  await board.update(app);
  t.deepEqual(await read(board), { limit: 2000 });
  t.regex(board.log.join('\n'), /config: .*the defaults hold/);
});

test('a migration that throws leaves the defaults, and what is kept', async t => {
  const board = testBoard(app);
  await board.order('holdfast.config', { set: { limit: 7 } });
  const failing = (one: Board) => {
    const config = one.config({
      ...{ schema: fan, version: 2 },
      migrate: () => {
        throw new Error('no');
      },
    });
    return defineApp({
      name: 'fan',
      healthy: () => true,
      actions: { read: action({ params: v.strictObject({}), run: () => ({ ...config.value }) }) },
    });
  };
  await board.update(failing);
  t.deepEqual(await read(board), { limit: 2000 });
  await board.update(app);
  t.deepEqual(await read(board), { limit: 7 });
});

test('a secret reaches the app, and neither log, refusal, result, status nor flash has it', async t => {
  const SECRET = 'correct-horse';
  const seen: unknown[] = [];
  const records = forgottenRecords();
  const lines: string[] = [];
  const nothing = { monotonic: () => 0, after: () => () => {} };
  const sealing = { seal: (bytes: Uint8Array) => bytes.map(byte => byte ^ 0x5a) };
  const make = (board: Board) => {
    const schema = v.strictObject({ token: v.optional(v.pipe(v.string(), v.maxLength(20))) });
    const secrets: Settings<typeof schema> = board.secrets({
      schema,
      changed: value => void seen.push(value.token),
    });
    seen.push(secrets.value.token);
    return defineApp({ name: 'kept', healthy: () => true, actions: {} });
  };
  const started = () =>
    new AppHost(
      {
        clock: nothing,
        pins: { write: () => {}, sample: () => 0 },
        console: { log: line => void lines.push(line) },
        records: { ...records, ...sealing, open: sealing.seal },
      },
      make,
    ).app;
  const { configured, framework } = started();
  const order = framework!.secret;
  t.true(order.secret && !order.idempotent);
  const refused = [{ set: { token: `${SECRET} and more` } }, { set: SECRET }, SECRET, { reset: [SECRET] }];
  for (const params of refused) {
    const verdict = parseParams(order, encodeParams(params));
    t.is(verdict.verdict, 'rejected');
    t.false(JSON.stringify(verdict).includes(SECRET));
  }
  const change = parseParams(order, encodeParams({ set: { token: SECRET } }));
  t.is(change.verdict, 'accepted');
  if (change.verdict !== 'accepted') return;
  t.deepEqual(await order.run(change.value as never, { operator: undefined }), { set: ['token'] });
  started();
  t.deepEqual(seen, [undefined, SECRET, SECRET]);
  t.is(configured, undefined);
  t.false(lines.join('\n').includes(SECRET));
  t.false(Buffer.from(records.get(RecordKey.secrets)!).includes(Buffer.from(SECRET)));
});

test('settings without defaults, of another shape, twice or too late are the author’s mistakes', t => {
  const making = (make: (board: Board) => unknown) => () =>
    testBoard(board => {
      make(board);
      return defineApp({ name: 'wrong', healthy: () => true, actions: {} });
    });
  t.throws(
    making(board => board.config({ schema: v.strictObject({ a: v.number() }) })),
    { message: /has a default/ },
  );
  t.throws(
    making(board => board.config({ schema: v.optional(v.number(), 1) })),
    { message: /strictObject/ },
  );
  t.throws(
    making(board => {
      board.config({ schema: fan });
      board.config({ schema: fan });
    }),
    { message: /one config/ },
  );
  let late: Board | undefined;
  making(board => {
    late = board;
  })();
  t.throws(() => late!.config({ schema: fan }), { message: /as the app is made/ });
});

test('what the app throws at a change is its fault, and the change stays', async t => {
  const board = testBoard(one => {
    const config = one.config({
      schema: fan,
      changed: () => {
        throw new Error('not now');
      },
    });
    return defineApp({
      name: 'fan',
      healthy: () => true,
      actions: { read: action({ params: v.strictObject({}), run: () => ({ ...config.value }) }) },
    });
  });
  t.is((await board.order('holdfast.config', { set: { limit: 1 } })).outcome, 'done');
  t.deepEqual(await read(board), { limit: 1 });
  t.regex(board.log.join('\n'), /app fault: .*not now/);
});
