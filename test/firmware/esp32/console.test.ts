import test from 'ava';
import { ChipConsole } from '../../../firmware/esp32/console.js';
import { chipSerialLine } from '../../../firmware/esp32/serialLine.js';
import { FrameWriter } from '../../../firmware/serial/frame.js';
import { frameType } from '../../../firmware/serial/frameType.js';
import { Line } from '../../../host-sim/rv32/line.js';

/** A board's console with a holder at the other end, over queues of a given size. */
function make({ transmitQueue = 8192 } = {}) {
  const toBoard: number[] = [];
  const fromBoard: number[] = [];
  const lines: { log?: string; answer?: number; result?: unknown; error?: string }[] = [];
  const texts: string[] = [];
  let look = () => {};
  const holder = new Line(
    {
      onLine: text => lines.push(JSON.parse(text)),
      onOpen() {},
      onData() {},
      onClose() {},
      onCredit() {},
      onUse() {},
      onReset() {},
      onText: text => texts.push(text),
    },
    bytes => toBoard.push(...bytes),
  );
  const chip = {
    consoleRead(target: ArrayBuffer, most: number) {
      const bytes = toBoard.splice(0, most);
      new Uint8Array(target).set(bytes);
      return bytes.length;
    },
    consoleWrite(source: ArrayBuffer, offset: number, length: number) {
      const count = Math.min(length, transmitQueue - fromBoard.length);
      fromBoard.push(...new Uint8Array(source, offset, count));
      return count;
    },
  };
  const console = new ChipConsole({
    line: chipSerialLine(chip),
    every(_, callback) {
      look = callback;
    },
    ofPlatform: method => (method === 'wifi' ? { state: 'online' } : undefined),
  });
  /** Time passes at both ends until nothing moves. */
  async function settle(): Promise<void> {
    for (let i = 0; i < 200; i++) {
      const before = [toBoard.length, fromBoard.length, lines.length].join();
      holder.take(Uint8Array.from(fromBoard.splice(0)));
      look();
      await new Promise(resolve => setImmediate(resolve));
      if (before === [toBoard.length, fromBoard.length, lines.length].join() && i > 3) return;
    }
  }
  return { console, fromBoard, lines, holder, settle, texts, toBoard };
}

test('lines go out and requests come in, however long, by the frames of every board', async t => {
  const { console, lines, holder, settle } = make();
  const long = 'ä'.repeat(3000);
  console.onRequest(async (method, parameters) => ({ method, parameters }));
  console.log('hello');
  holder.sendLine(JSON.stringify({ request: 1, method: 'echo', parameters: { long: 'x'.repeat(3500) } }));
  holder.sendLine(JSON.stringify({ request: 2, method: 'wifi', parameters: null }));
  await settle();
  console.log(long);
  await settle();
  t.deepEqual(lines[0], { log: 'hello' });
  t.deepEqual(lines.find(line => line.answer === 1)!.result, {
    method: 'echo',
    parameters: { long: 'x'.repeat(3500) },
  });
  t.deepEqual(lines.find(line => line.answer === 2)!.result, { state: 'online' });
  t.is(lines[lines.length - 1].log, `${long.slice(0, 1000)}…`);
});

test('what a handler throws is the answer; an answer that is too long is an error', async t => {
  const { console, lines, holder, settle } = make();
  console.onRequest(async method => {
    if (method === 'fail') throw new Error('no such thing');
    return 'x'.repeat(9000);
  });
  holder.sendLine('{"request":1,"method":"fail","parameters":null}');
  holder.sendLine('{"request":2,"method":"talk","parameters":null}');
  await settle();
  t.deepEqual(
    lines.find(({ answer }) => answer === 1),
    { answer: 1, error: 'no such thing' },
  );
  t.deepEqual(
    lines.find(({ answer }) => answer === 2),
    { answer: 2, error: 'the answer is too long' },
  );
});

test('requests before the device is ready wait, a few of them; a request that is too long is refused', async t => {
  const { console, lines, holder, settle } = make();
  for (let i = 1; i <= 6; i++) holder.sendLine(JSON.stringify({ request: i, method: 'm', parameters: null }));
  holder.sendLine(JSON.stringify({ request: 7, method: 'm', parameters: 'x'.repeat(4300) }));
  await settle();
  t.deepEqual(
    lines.map(({ answer }) => answer),
    [5, 6, 7],
  );
  t.regex(lines[2].error!, /4096 bytes/);
  console.onRequest(async () => 'done');
  await settle();
  t.deepEqual(
    lines.slice(3).map(({ answer }) => answer),
    [1, 2, 3, 4],
  );
});

test('said to nobody it is dropped and counted, and nothing grows', async t => {
  const { console, fromBoard, lines, holder, settle } = make({ transmitQueue: 3000 });
  for (let i = 0; i < 500; i++) console.log(`line ${i}`);
  t.is(fromBoard.length, 3000);
  await settle();
  console.log('again');
  await settle();
  const counted = lines.find(({ log }) => /^\(\d+ lines were dropped\)$/.test(log ?? ''));
  t.truthy(counted);
  t.is(
    lines.filter(({ log }) => /^line /.test(log ?? '')).length + Number(counted!.log!.slice(1).split(' ')[0]),
    500,
  );
  t.is(lines[lines.length - 1].log, 'again');
  holder.ping();
  await settle();
});

test('a line that somebody else began takes no request with it, whatever its number', async t => {
  const { console, lines, holder, settle, toBoard } = make();
  console.onRequest(async () => 'done');
  const other = new FrameWriter();
  // The holder's numbers go by, one or two a request, and meet both of these.
  for (const stays of [
    other.encode(frameType.line, Buffer.of(123)),
    other.encode(frameType.line, Buffer.of(123)),
  ]) {
    for (let request = 0; request < 256; request++) {
      toBoard.push(...stays);
      holder.sendLine(JSON.stringify({ request, method: 'm', parameters: null }));
      await settle();
      t.is(lines.pop()?.answer, request);
    }
  }
});

test('a line of many small pieces is not kept', async t => {
  const { console, lines, holder, settle, toBoard } = make();
  console.onRequest(async () => 'done');
  const send = async (pieces: number) => {
    const writer = new FrameWriter();
    for (let n = 0; n < pieces; n++) toBoard.push(...writer.encode(frameType.line, new Uint8Array()));
    const text = Buffer.from('{"request":1,"method":"m","parameters":null}');
    toBoard.push(...writer.encode(frameType.lineEnd, text));
    await settle();
  };
  await send(5);
  t.is(lines.length, 1);
  await send(6);
  t.is(lines.length, 1);
  holder.sendLine('{"request":2,"method":"m","parameters":null}');
  await settle();
  t.is(lines[1].answer, 2);
});

test('nonsense, half lines and frames of tunnels do nothing, and the next request is answered', async t => {
  const { console, lines, holder, settle, toBoard } = make();
  console.onRequest(async () => 'done');
  holder.sendLine('{"request":');
  holder.sendLine('[]');
  holder.sendLine('null');
  holder.sendLine('{"request":"1","method":"m"}');
  holder.sendData(1, Uint8Array.of(1, 2, 3));
  holder.sendCredit(1, 100);
  toBoard.push(0, 1, 2, 3, 0, 255, 254, 0);
  for (let i = 0; i < 3000; i++) toBoard.push(1 + (i % 250));
  toBoard.push(0);
  // The first half of a line, and then a frame is lost.
  holder.sendLine('x'.repeat(1500));
  toBoard.splice(toBoard.length - 600);
  toBoard.push(0);
  holder.sendLine('{"request":9,"method":"m","parameters":null}');
  await settle();
  t.deepEqual(lines, [{ answer: 9, result: 'done' }]);
});

test('a line of the holder that never ends is not kept', async t => {
  const { console, lines, holder, settle } = make();
  console.onRequest(async () => 'done');
  holder.sendLine('x'.repeat(200_000));
  await settle();
  holder.sendLine('{"request":1,"method":"m","parameters":null}');
  await settle();
  t.deepEqual(lines, [{ answer: 1, result: 'done' }]);
  t.is(frameType.lineEnd, 2);
});
