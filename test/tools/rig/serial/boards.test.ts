import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test, { type ExecutionContext } from 'ava';
import { chooseTarget, targetKind } from '../../../../tools/rig/chooseTarget.js';
import { boardsNamed, readBoards } from '../../../../tools/rig/serial/boards.js';

function fileOf(t: ExecutionContext, text: string): string {
  const folder = mkdtempSync(join(tmpdir(), 'holdfast-boards-'));
  t.teardown(() => rmSync(folder, { recursive: true, force: true }));
  const file = join(folder, 'boards.json');
  writeFileSync(file, text);
  return file;
}

const desk = {
  port: 'usb:303a:1001',
  host: '192.168.1.2',
  prepare: 'make new',
  power: { uhubctl: { hub: '1-1', port: 2 } },
};

test('a board of the file is a target by its name, and one of the command line by its port', t => {
  const file = fileOf(t, JSON.stringify({ boards: { desk } }));
  const given = { boards: file, jobs: 1 };
  t.deepEqual(chooseTarget({ ...given, target: 'board:desk' }), {
    name: 'board:desk',
    engine: 'node',
    desks: [{ name: 'desk', ...desk }],
  });
  const bare = chooseTarget({ ...given, target: 'serial:/dev/ttyUSB0', host: '10.0.0.1' });
  t.like(bare.desks?.[0], { name: '/dev/ttyUSB0', port: '/dev/ttyUSB0', host: '10.0.0.1' });
  t.deepEqual(chooseTarget({ ...given, target: 'node' }), { name: 'node', engine: 'node' });
});

test('a file that is none, a member that is none, and a board that is not there are refused by name', t => {
  for (const text of ['{', '{"boards":{"desk":{}}}', '{"boards":{"desk":{"port":"a","pwoer":{}}}}'])
    t.like(
      t.throws(() => readBoards(fileOf(t, text))),
      { code: 'boards' },
      text,
    );
  const file = fileOf(t, JSON.stringify({ boards: { desk } }));
  t.regex(t.throws(() => boardsNamed(file, ['dsek']))!.message, /did you mean desk/);
  t.like(
    t.throws(() => readBoards(`${file}x`)),
    { code: 'boards' },
  );
});

test('a target of no kind is refused, and flags of a real board beside a simulated one', t => {
  t.throws(() => targetKind.parse('serial'), { message: /serial:PORT/ });
  t.is(targetKind.parse('board:desk'), 'board:desk');
  const given = { boards: 'boards.json', jobs: 1 };
  t.throws(() => chooseTarget({ ...given, target: 'node', host: '10.0.0.1' }), {
    message: /--target serial:PORT/,
  });
  t.throws(() => chooseTarget({ ...given, target: 'serial:/dev/ttyUSB0', jobs: 2 }), {
    message: /as many boards/,
  });
  const images = ['a.img'];
  t.throws(() => chooseTarget({ ...given, images, target: 'serial:/dev/ttyUSB0' }), {
    message: /needs prepare/,
  });
  t.notThrows(() => chooseTarget({ ...given, images, target: 'serial:/dev/ttyUSB0', prepare: 'flash it' }));
  t.throws(() => chooseTarget({ ...given, images, target: 'node', app: 'app.ts' }), {
    message: /one of them/,
  });
});

test('a board of an exporter is named with its place, on the command line or in the file', t => {
  const board = { name: 'desk', exporter: '10.0.0.2:8610', host: '10.0.0.1', tokenFile: 'token' };
  const given = { boards: 'boards.json', jobs: 1, host: '10.0.0.1', 'token-file': 'token' };
  t.deepEqual(chooseTarget({ ...given, target: 'board:desk@10.0.0.2:8610' }).desks, [board]);
  t.is(targetKind.parse('board:a,b@[::1]:8610'), 'board:a,b@[::1]:8610');
  for (const wrong of ['board:desk@', 'board:desk@nowhere', 'serial:/dev/ttyUSB0@10.0.0.2:8610'])
    t.throws(() => targetKind.parse(wrong), { any: true }, wrong);
  const file = fileOf(
    t,
    JSON.stringify({ boards: { far: { exporter: '10.0.0.2:8610', tokenFile: 'token' } } }),
  );
  t.like(readBoards(file), [
    { name: 'far', exporter: '10.0.0.2:8610', tokenFile: join(file, '..', 'token') },
  ]);
  for (const member of [{ exporter: 'nowhere' }, { exporter: '10.0.0.2:8610', port: 'a' }])
    t.like(
      t.throws(() => readBoards(fileOf(t, JSON.stringify({ boards: { far: member } })))),
      { code: 'boards' },
    );
});
