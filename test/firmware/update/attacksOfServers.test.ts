/** The attacks that Uptane and TUF name, by image servers and the way to them; each beside its honest twin. */
import test, { type ExecutionContext } from 'ava';
import { memoryNetwork, rangeAnswer } from '../../fakes/memoryNetwork.js';
import { fileAt, image } from './release.js';
import { BYTES, quiet, SlowBoard } from './slowBoard.js';
import { UpdateBoard } from './updateBoard.js';

/** The answer to a request for that path; undefined is an honest one. */
type Server = (path: string, request: string) => Uint8Array | undefined;

const IMAGE = image(2);
const honest: Server = () => undefined;

/** A board with these servers, in the order in which it asks them. */
async function boardOf(...servers: Server[]): Promise<UpdateBoard> {
  const board = new UpdateBoard();
  board.servers = servers.map((_, index) => `http://server${index}`);
  board.network = memoryNetwork({
    answer: request => {
      const path = / (\S+) /.exec(request)![1];
      const lie = servers[Number(/server(\d)/.exec(request)![1])](path, request);
      return lie ?? rangeAnswer(fileAt(path) ?? IMAGE, request);
    },
    onCrash: error => board.said.push(`crashed: ${error}`),
  });
  await board.start();
  return board;
}

/** The board's word on servers that are all like that. It stays on the old image, and is updated by an honest one. */
async function attacked(t: ExecutionContext, name: string, server: Server): Promise<string> {
  const board = await boardOf(server);
  const said = await board.deliver();
  await board.start();
  t.is(board.version, 1, name);
  const twin = await boardOf(server, honest);
  t.is(await twin.deliver(), 'accepted, restart update', `${name}, and an honest one`);
  await twin.start();
  t.deepEqual([twin.version, twin.settled], [2, 'confirmed'], name);
  return said;
}

const http = (head: string, body: Uint8Array): Uint8Array =>
  Buffer.concat([Buffer.from(`HTTP/1.1 ${head}\r\n\r\n`, 'latin1'), body]);
const sized = (body: Uint8Array): Uint8Array => http(`200 OK\r\nContent-Length: ${body.length}`, body);

/** A body of which the end is not announced, and does not come for as long as anybody would read. */
const endless = (begin: Uint8Array): Uint8Array => {
  const chunks: Uint8Array[] = [];
  for (let at = 0; at < 120_000; at += 4096) {
    const chunk = new Uint8Array(4096);
    chunk.set(begin.subarray(at, at + 4096));
    chunks.push(Buffer.from('1000\r\n'), chunk, Buffer.from('\r\n'));
  }
  return http('200 OK\r\nTransfer-Encoding: chunked', Buffer.concat(chunks));
};

const only =
  (folder: string, answer: (request: string) => Uint8Array): Server =>
  (path, request) =>
    path.startsWith(`/${folder}/`) ? answer(request) : undefined;

test('endless data: an answer without end is left at the length that is proven, whatever it is an answer to', async t => {
  const cases: [string, string][] = [
    ['manifests', 'rejected image_hash'],
    ['sectors', 'rejected image_size'],
    ['images', 'rejected image_hash'],
  ];
  for (const [folder, expected] of cases) {
    const said = await attacked(
      t,
      folder,
      only(folder, () => endless(new Uint8Array(0))),
    );
    t.is(said, expected, folder);
  }
  const board = await boardOf(only('images', () => endless(IMAGE)));
  t.is(
    await board.deliver(),
    'accepted, restart update',
    'the right bytes are enough, what follows is not read',
  );
});

test('extra bytes: an image that is longer than the proven one is left before its first byte', async t => {
  const longer = Uint8Array.of(...IMAGE, 0);
  const said = await attacked(
    t,
    'announced',
    only('images', () => sized(longer)),
  );
  t.is(said, 'rejected image_size');
});

test('partial: half an image is never started; what came is kept, and any server may give the rest', async t => {
  const half = (bytes: Uint8Array) => bytes.slice(0, bytes.length / 2);
  const shorter = await attacked(
    t,
    'announced as the whole',
    only('images', () => sized(half(IMAGE))),
  );
  t.is(shorter, 'rejected image_size');
  const board = await boardOf(
    only('images', request => half(rangeAnswer(IMAGE, request))),
    honest,
  );
  const delivered = board.deliver();
  // The connection stays open, and gives nothing more.
  await quiet();
  board.clock.advance(5000);
  await quiet();
  board.clock.advance(5000);
  t.is(await delivered, 'accepted, restart update');
});

test('slow retrieval: a server below the floor is left, and the whole is bounded by the size; one above it is waited for', async t => {
  const installed = async (rate: number) => {
    const board = await SlowBoard.with('ab');
    await board.begins();
    let seconds = 0;
    while (!board.ended && seconds++ < 1000) await board.seconds(1, { a: rate, b: rate });
    t.true(seconds <= 61 + BYTES.length / 2048, `${seconds} s at ${rate} bytes a second`);
    board.goesOn();
    await quiet();
    board.updates.close();
    return board.said.join(', ');
  };
  t.is(await installed(1500), 'undetermined incomplete');
  t.is(await installed(2060), 'accepted, restart update');
});

test('drop request: servers that give nothing delay an update and end it never; the board says so', async t => {
  const board = await boardOf(honest);
  const served = board.network!;
  board.network = memoryNetwork({ answer: () => undefined, onCrash: error => t.fail(`${error}`) });
  await board.start();
  t.is(await board.deliver(), 'undetermined incomplete');
  t.true(board.updates.waiting, 'it goes on by itself');
  board.network = served;
  await board.start();
  t.is(await board.retry(), 'accepted, restart update');
});

test('both servers hostile: no server of a list of liars is believed, and one honest one among them is enough', async t => {
  const liars: Server[] = [
    only('images', () => sized(new Uint8Array(IMAGE.length))),
    only('images', () => endless(new Uint8Array(0))),
    path => sized(new Uint8Array(path.startsWith('/images/') ? 9 : 144)),
  ];
  const board = await boardOf(...liars);
  t.is(await board.deliver(), 'rejected image_size');
  await board.start();
  t.is(board.version, 1);
  for (let place = 0; place <= liars.length; place++) {
    const servers = [...liars];
    servers.splice(place, 0, honest);
    const twin = await boardOf(...servers);
    t.is(await twin.deliver(), 'accepted, restart update', `honest at place ${place}`);
  }
});
