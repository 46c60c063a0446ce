/**
 * Boards in XS with the memory of a chip, and endpoints whose answers are as large as mainnet's or as a stranger
 * makes them: what an answer costs depends on what was asked.
 */
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import type { Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ExecutionContext } from 'ava';
import { flashBoard } from '../../../host-sim/board/flashing.js';
import { buildImage } from '../../../host-sim/image/build.js';
import { repositoryRoot } from '../../../host-sim/node/repository.js';
import { startBoard } from '../../../host-sim/process/board.js';
import { onRequest, rawServer } from '../../firmware/rpc/support.js';
import { vectorText } from '../../firmware/vectors.js';
import { xsTest } from '../engine/withXs.js';

interface Block {
  number: string;
  hash: string;
  transactions: string[];
}

const FILES = [
  'mainnet-blocks/block-22202212-170-transactions.json',
  'mainnet-blocks/block-22489590-328-transactions.json',
  'mainnet-blocks/block-22017691-517-transactions.json',
];

/** Of a real block with so many transactions, whatever its root of transactions says. */
const withTransactions = (block: Block, count: number): Block => ({
  ...block,
  transactions: Array.from({ length: count }, (_, i) => `0x${i.toString(16).padStart(64, 'e')}`),
});

const http = (body: string): string => `HTTP/1.1 200 OK\r\nContent-Length: ${body.length}\r\n\r\n${body}`;

/** An endpoint as most are: it has no headers alone. */
function honest(socket: Socket, block: Block): void {
  onRequest(socket, body => {
    const { id, method } = JSON.parse(body) as { id: number; method: string };
    const answer =
      method === 'eth_chainId'
        ? { result: '0x1' }
        : method === 'eth_getBlockByNumber'
          ? { result: block }
          : { error: { code: -32601, message: 'the method does not exist/is not available' } };
    socket.write(http(JSON.stringify({ jsonrpc: '2.0', ...answer, id })));
  });
}

/** Until the other side has enough. */
function endless(socket: Socket, begin: string, piece: string): void {
  const more = () => {
    while (!socket.destroyed && socket.write(piece));
  };
  socket.on('drain', more);
  socket.write(begin);
  more();
}

const ok = 'HTTP/1.1 200 OK\r\n';
const unsized = `${ok}\r\n`;
const sized = `${ok}Content-Length: 262144\r\n\r\n`;

/** Hostile answers to every request. */
const HOSTILE: Readonly<Record<string, (socket: Socket) => void>> = {
  'white space without end': socket => endless(socket, unsized, ' '.repeat(4096)),
  'a text without end': socket => endless(socket, `${unsized}{"x":"`, 'x'.repeat(4096)),
  'a wanted text without end': socket => endless(socket, `${unsized}{"error":{"message":"`, 'x'.repeat(4096)),
  'a number without end': socket => endless(socket, `${unsized}{"id":`, '7'.repeat(4096)),
  'hexadecimal without end': socket => endless(socket, `${unsized}{"result":"0x`, '00'.repeat(2048)),
  'brackets without end': socket => endless(socket, `${unsized}{"x":`, '['.repeat(4096)),
  'members without end': socket => endless(socket, `${unsized}{"x":0`, ',"y":{"z":[1,"w"]}'.repeat(200)),
  'a name without end': socket => endless(socket, `${unsized}{"`, 'result'.repeat(700)),
  'one-byte chunks without end': socket =>
    endless(socket, `${ok}Transfer-Encoding: chunked\r\n\r\n`, '1\r\n \r\n'.repeat(600)),
  'a head without end': socket => endless(socket, ok, `X: ${'x'.repeat(100)}\r\n`.repeat(40)),
  'a length of 256 KB, and the end': socket => void socket.end(`${sized}{"id":1}`),
  'a length of 256 KB, and nothing': socket => void socket.write(`${sized}{`),
  'a byte now and then': socket => {
    socket.write(sized);
    const timer = setInterval(() => socket.write(' '), 200);
    socket.on('close', () => clearInterval(timer));
  },
};

async function flashed(t: ExecutionContext): Promise<string> {
  const directory = mkdtempSync(join(tmpdir(), 'holdfast-answers-'));
  t.teardown(() => rmSync(directory, { recursive: true, force: true }));
  const image = await buildImage({
    ...{ name: 'answers', version: 1, hardware: new Uint8Array(32) },
    entry: join(repositoryRoot, 'test/host-sim/xs/memory/quorumReader.ts'),
  });
  flashBoard(directory, image.bytes);
  return directory;
}

/** Bytes. With 4 KB less a board cannot read a block that is empty. */
const HEAP = 144_000;

interface Use {
  heap: number;
  peakChunks: number;
  peakSlots: number;
  slotSize: number;
}

type Serve = (socket: Socket) => void;

/** Answers of a board with a chip's memory about sets of endpoints, one after the other, and the memory it used. */
async function ask(
  t: ExecutionContext,
  directory: string,
  sets: readonly (readonly Serve[])[],
  { heap, portable = false }: { heap?: number; portable?: boolean } = {},
): Promise<{ said: unknown[]; use: Use }> {
  const report = join(directory, 'report.json');
  rmSync(report, { force: true });
  const board = await startBoard({
    directory,
    engine: { name: 'xs', heap, portable, report },
    faultLimit: 1,
  });
  const dead = new Promise<string>(resolve => board.once('dead', resolve));
  const said: unknown[] = [];
  try {
    for (const set of sets) {
      const servers = await Promise.all(set.map(serve => rawServer(serve)));
      for (const server of servers) t.teardown(() => server.close());
      const urls = servers.map(({ url }) => url);
      const answer = board.request('read', urls, { timeout: 240_000 });
      said.push(await Promise.race([answer, dead.then(reason => Promise.reject(new Error(reason)))]));
    }
    await Promise.race([board.request('end').then(() => dead), dead]);
  } finally {
    await board.close();
  }
  t.true(existsSync(report), 'the board ended when it was told to');
  return { said, use: JSON.parse(readFileSync(report, 'utf8')) as Use };
}

/** Bytes of chunks, slots being what a chip's are. */
const describe = ({ peakChunks, peakSlots }: Use): string =>
  `${peakChunks} bytes of chunks, ${peakSlots} slots`;

/** The real blocks, or a reason to stop. */
function blocks(t: ExecutionContext): Block[] | undefined {
  const texts = FILES.map(vectorText);
  if (texts.every(text => text !== undefined)) {
    return texts.map(text => (JSON.parse(text!) as { result: Block }).result);
  }
  t.log('NOT RUN: HOLDFAST_VECTORS does not lead to mainnet-blocks');
  if (process.env.HOLDFAST_REQUIRE_TOOLS) t.fail('HOLDFAST_VECTORS does not lead to mainnet-blocks');
  else t.pass();
  return undefined;
}

const three = (block: Block): Serve[] => Array(3).fill((socket: Socket) => honest(socket, block));
const truth = ({ hash, number }: Block) => ({ number: Number(number), hash, header: hash });

xsTest(
  'three honest endpoints whose block has 517 transactions, or 10,000, cost what an empty one costs',
  async t => {
    const real = blocks(t);
    if (!real) return;
    const directory = await flashed(t);
    const empty = withTransactions(real[0], 0);
    const least = await ask(t, directory, [three(empty), three(empty)], { heap: HEAP });
    t.deepEqual(least.said, [truth(empty), truth(empty)]);
    const large = [...real, withTransactions(real[0], 10_000)];
    const most = await ask(t, directory, large.map(three), { heap: HEAP });
    t.deepEqual(most.said, large.map(truth));
    t.log(`empty: ${describe(least.use)}; large: ${describe(most.use)}`);
  },
);

xsTest('without native code three honest endpoints whose block has 517 transactions are heard', async t => {
  const real = blocks(t);
  if (!real) return;
  const { said, use } = await ask(t, await flashed(t), [three(real[2])], { portable: true });
  t.deepEqual(said, [truth(real[2])]);
  t.log(describe(use));
});

xsTest('whatever one endpoint of three says, the board lives, and the honest two are heard', async t => {
  const real = blocks(t);
  if (!real) return;
  const directory = await flashed(t);
  const [block] = real;
  const sets = Object.values(HOSTILE).map(hostile => {
    const answers = (socket: Socket) =>
      onRequest(
        socket,
        once(() => hostile(socket)),
      );
    return [answers, ...three(block).slice(1)];
  });
  const { said, use } = await ask(t, directory, sets, { heap: HEAP });
  for (const [i, what] of Object.keys(HOSTILE).entries()) t.deepEqual(said[i], truth(block), what);
  t.log(describe(use));
});

/** A connection is answered once; what it asks afterwards has no answer. */
function once(answer: () => void): () => void {
  let isDone = false;
  return () => {
    if (isDone) return;
    isDone = true;
    answer();
  };
}
