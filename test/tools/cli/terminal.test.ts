/** Lines are for who reads them: wrapped and coloured at a terminal, whole and plain in a pipe; silence shows itself. */
import test from 'ava';
import { HandClock } from '../../../host-sim/testing/handClock.js';
import { Output } from '../../../tools/cli/output.js';
import { Spinner } from '../../../tools/cli/spinner.js';
import { fitted, noTerminal, type Terminal, terminalOf } from '../../../tools/cli/terminal.js';

const screen = { isTTY: true, columns: 80 };
const plain: Terminal = { live: true, colour: false, columns: 80 };
const coloured: Terminal = { ...plain, colour: true };
const GREEN_ACCEPTED = '\u001b[32maccepted\u001b[39m';

test('a terminal has colour, a pipe has none; NO_COLOR takes it and FORCE_COLOR gives it', t => {
  t.true(terminalOf(screen, {}).colour);
  t.false(terminalOf({}, {}).colour);
  t.false(terminalOf(screen, { TERM: 'dumb' }).colour);
  t.false(terminalOf(screen, { NO_COLOR: '1', FORCE_COLOR: '1' }).colour);
  t.true(terminalOf(screen, { NO_COLOR: '' }).colour, 'no-color.org: an empty one says nothing');
  t.true(terminalOf({}, { FORCE_COLOR: '1' }).colour);
  t.false(terminalOf(screen, { FORCE_COLOR: '0' }).colour);
  t.false(terminalOf({ isTTY: true }, { TERM: 'dumb' }).live);
});

test('lines are as wide as the terminal, 40 to 110; what is no terminal has no end', t => {
  const widths = [undefined, 0, 20, 80, 300].map(columns => terminalOf({ isTTY: true, columns }, {}).columns);
  t.deepEqual(widths, [80, 80, 40, 80, 110]);
  t.is(terminalOf({ columns: 80 }, {}).columns, Number.POSITIVE_INFINITY);
});

test('a long line goes on under what it says; in a pipe it stays one line, and a line to copy stays whole', t => {
  const line = `Trust     L4, block 25 is final; configuration 0x${'ab'.repeat(16)} and words that find no room`;
  const shown = fitted(plain, line).split('\n');
  t.true(shown.length === 2 && shown.every(each => each.length <= 80), shown.join('\n'));
  t.regex(shown[1], /^ {10}\S/);
  t.is(fitted(noTerminal, line), line);
  const order = `  npx holdfast command lock.open '{"seconds":5}' --keystore a-long-path/owner.json --world b`;
  t.is(fitted(plain, order), order);
});

test('verdicts and marks have their colour, and the text is the same without it', t => {
  const answer = 'relay.set, number 1: accepted';
  t.is(fitted(coloured, answer), `relay.set, number 1: ${GREEN_ACCEPTED}`);
  t.is(fitted(plain, answer), answer);
  t.is(fitted(coloured, 'an accepted word'), 'an accepted word');
});

test('a failure at a terminal is wrapped, and one line elsewhere; JSON is never touched', t => {
  const said = { out: '', err: '' };
  const streams = {
    out: (text: string) => void (said.out += text),
    err: (text: string) => void (said.err += text),
  };
  const failure = { code: 'x', message: 'word '.repeat(30).trim() } as never;
  new Output(streams, true, { out: coloured, err: coloured }).fail(failure);
  t.is(JSON.parse(said.out).error.message.length, 149);
  t.true(said.err.trimEnd().split('\n').length > 1);
  t.true(said.err.startsWith('\u001b[31mholdfast:\u001b[39m word'));
  said.err = '';
  new Output(streams, false).fail(failure);
  t.is(said.err.trimEnd().split('\n').length, 1);
});

function spin(asking = () => false) {
  const clock = new HandClock();
  const written: string[] = [];
  const spinner = new Spinner({ clock, columns: 40, asking, write: text => void written.push(text) });
  return { clock, spinner, written };
}

test('a second of silence shows what is done and since when; whatever is written takes its place', t => {
  const { clock, spinner, written } = spin();
  spinner.tell('waits for the board.');
  clock.advance(900);
  t.deepEqual(written, []);
  clock.advance(1200);
  t.regex(written.at(-1)!.replace('\r\u001b[K', ''), /^\S waits for the board 2 s$/);
  spinner.yield();
  t.is(written.at(-1), '\r\u001b[K');
  const before = written.length;
  clock.advance(900);
  t.is(written.length, before, 'the line that was written stands for a second');
  clock.advance(300);
  t.regex(written.at(-1)!, /3 s$/);
  spinner.stop();
  t.is(written.at(-1), '\r\u001b[K');
  t.is(clock.waiting, 0);
});

test('what is known to last is shown at once, never wider than the line, and never over a question', t => {
  const { clock, spinner, written } = spin();
  spinner.show(`builds ${'a'.repeat(100)}\u001b[2J`);
  t.is(written.length, 1);
  t.true(written[0].length <= 40 + '\r\u001b[K'.length && !written[0].includes('[2J'));
  let asked = true;
  const quiet = spin(() => asked);
  quiet.spinner.show('waits');
  quiet.clock.advance(5000);
  t.deepEqual(quiet.written, []);
  asked = false;
  quiet.clock.advance(1200);
  t.is(quiet.written.length > 0, true);
  spinner.stop();
  quiet.spinner.stop();
  t.is(clock.waiting + quiet.clock.waiting, 0);
});
