import test from 'ava';
import fc from 'fast-check';
import { commands } from '../../../tools/commands/index.js';
import { parseAct, refusalOf } from '../../../tools/page/act.js';

const text = (value: unknown) => JSON.stringify(value);

test('acts are read; a member more, a long word or too many words make them none', t => {
  const whole = { act: 'command', words: ['command', 'relay.set', '{"on":true}'] };
  t.deepEqual(parseAct(text(whole)), whole as never);
  t.is(parseAct(text({ ...whole, more: 1 })), undefined);
  t.is(parseAct(text({ ...whole, words: [] })), undefined);
  t.is(parseAct(text({ ...whole, words: ['x'.repeat(16_385)] })), undefined);
  t.is(parseAct(text({ ...whole, words: Array(17).fill('x') })), undefined);
  t.deepEqual(parseAct(text({ act: 'skip', seconds: 60 })), { act: 'skip', seconds: 60 });
  t.is(parseAct(text({ act: 'skip', seconds: 0.5 })), undefined);
  t.is(parseAct(text({ act: 'skip', seconds: 1e9 })), undefined);
  const input = { act: 'input', board: 'board 1', pin: 5, value: 4095 };
  t.deepEqual(parseAct(text(input)), input as never);
  t.is(parseAct(text({ ...input, value: 4096 })), undefined);
});

test('no text makes the parser throw', t => {
  fc.assert(
    fc.property(fc.oneof(fc.string(), fc.json()), given => {
      parseAct(given);
      return true;
    }),
  );
  t.pass();
});

test('what acts on the world is run; what names a file, a key or another world is not', t => {
  t.is(refusalOf(['command', 'relay.set', '{"on":true}']), undefined);
  t.is(refusalOf(['fleet', 'pause']), undefined);
  t.is(refusalOf(['command', 'relay.set', '{}', '--life=10m']), undefined);
  for (const words of [
    ['command', 'relay.set', '--keystore=x'],
    ['command', 'relay.set', '--receipts', 'x'],
    ['status', '--project', 'x'],
    ['key', 'new'],
    ['flash', 'x'],
    ['constructor'],
    ['fleet'],
  ])
    t.regex(refusalOf(words) ?? '', /type it in a terminal/, words.join(' '));
});

test('every command that the page runs exists', t => {
  const names = Object.keys(commands);
  const allowed = names.filter(name => refusalOf(name.split(' ')) === undefined);
  t.true(allowed.length > 10);
  t.false(allowed.some(name => /^(key|flash|chip|world|secret|rig|demo|start|init|deploy)/.test(name)));
});

test('a file is given where the world told of it, with that flag, and nowhere else', t => {
  const words = ['device', 'claim', '--code-file', 'code-1', '--keystore', 'buyer.json'];
  const files = ['--code-file code-1', '--keystore buyer.json'];
  t.is(refusalOf(words, files), undefined);
  t.regex(refusalOf(words)!, /--code-file/);
  t.regex(refusalOf(words, files.slice(0, 1))!, /--keystore/);
  t.regex(refusalOf([...words.slice(0, 3), 'code-2'], files)!, /--code-file/);
  t.regex(refusalOf(['device', 'claim', '--keystore', 'code-1'], files)!, /--keystore/);
});
