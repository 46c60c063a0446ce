/** The attacks that Uptane and TUF name, by those who lie about what is wanted; each beside its untouched twin. */
import test, { type ExecutionContext } from 'ava';
import type { ChannelFacts } from '../../../firmware/contract/facts.js';
import { flipped, word, ZERO_WORD } from '../../fakes/bytes.js';
import { HARDWARE, image, manifestOf, offerOf, wanting } from './release.js';
import { UpdateBoard } from './updateBoard.js';

const WITHDRAWN = word(0);
WITHDRAWN[31] = 1;

/** The board's word on an attack, which leaves it on the old image. */
async function attacked(
  t: ExecutionContext,
  name: string,
  attack: (board: UpdateBoard) => void | Promise<void>,
): Promise<string> {
  const board = new UpdateBoard();
  await board.start();
  await attack(board);
  const said = await board.deliver();
  await board.start();
  t.is(board.version, 1, name);
  return said;
}

/** The same board that nobody attacks installs the image. */
async function untouched(t: ExecutionContext): Promise<void> {
  const twin = new UpdateBoard();
  await twin.start();
  t.is(await twin.deliver(), 'accepted, restart update');
  await twin.start();
  t.deepEqual([twin.version, twin.settled], [2, 'confirmed']);
}

/** Both sides want the board's offer, but for this. */
function facts(board: UpdateBoard, channel: Partial<ChannelFacts>): void {
  board.facts = wanting(board.offer, { channel });
}

/** Does it when the chain is asked for the third time: the image is downloaded, and is proven to be wanted once more. */
function beforePending(board: UpdateBoard, act: () => void): void {
  let asked = 0;
  board.onAsked = () => {
    if (++asked === 3) act();
  };
}

/** Offers these bytes as that version, and serves them; both sides want them unless the test says otherwise. */
function offers(board: UpdateBoard, bytes: Uint8Array, version: number, manifest?: Uint8Array): void {
  board.offer = offerOf(bytes, version, {}, manifest);
  board.facts = wanting(board.offer);
  board.served = bytes;
}

test('arbitrary image: what vendor and owner did not both name is not fetched', async t => {
  await untouched(t);
  const evil = image(2, 9000);
  const said = (change: Parameters<typeof wanting>[1]) =>
    attacked(t, JSON.stringify(change), board => {
      offers(board, evil, 2);
      board.facts = wanting(board.offer, change);
      board.network = undefined;
    });
  t.is(await said({ channel: { record: ZERO_WORD } }), 'rejected not_published');
  t.is(await said({ device: { approval: ZERO_WORD } }), 'rejected not_approved');
  t.is(
    await attacked(t, 'at the server', board => {
      board.served = evil;
    }),
    'rejected image_size',
  );
  t.is(
    await attacked(t, 'of the right length', board => {
      board.served = flipped(image(2), 80_000);
    }),
    'rejected image_hash',
  );
});

test('rollback: an older image is refused although both sides want it, and one below the floor although it is newer', async t => {
  await untouched(t);
  const older = await attacked(t, 'the version that runs', board => offers(board, image(1, 9000), 1));
  t.is(older, 'rejected rollback');
  t.is(
    await attacked(t, 'below the floor', board => facts(board, { floor: 3, newest: 3 })),
    'rejected floor',
  );
});

test('freeze: an old block does not count, neither when it is too old nor when a restart lost the time', async t => {
  await untouched(t);
  const old = await attacked(t, 'two hours old', board => board.clock.advance(7_200_000));
  t.is(old, 'undetermined stale');
  const board = new UpdateBoard();
  board.provesNow = false;
  await board.start();
  t.is(await board.deliver(), 'undetermined not_now');
  t.is(board.requests, 0);
});

test('fast-forward: a version beyond all others, or a floor there that is not final, keeps no later release out', async t => {
  const beyond = 0xffff_ffff;
  const board = new UpdateBoard();
  await board.start();
  const genuine = board.offer;
  const forged = { ...genuine, version: beyond };
  facts(board, { record: ZERO_WORD });
  t.is(await board.deliver(forged), 'rejected not_published');
  facts(board, {});
  board.newest = wanting(genuine, { channel: { newest: beyond, floor: beyond } });
  t.is(await board.deliver(genuine), 'accepted, restart update', 'the newest block only restrains');
  await board.start();
  t.deepEqual([board.version, board.settled], [2, 'confirmed']);
  board.newest = undefined;
  offers(board, board.images.get(3)!, 3);
  t.is(await board.deliver(), 'accepted, restart update', 'what it took counts no floor up either');
});

test('mix-and-match: image, manifest, sectors and approval are those of one release', async t => {
  await untouched(t);
  const third = image(3);
  const cases: [string, string, (board: UpdateBoard) => void][] = [
    [
      'the manifest of another release',
      'rejected not_published',
      board => {
        const { manifestHash } = offerOf(third, 3);
        board.offer = { ...board.offer, manifestHash };
      },
    ],
    [
      'the same, published so by the vendor',
      'rejected malformed',
      board => offers(board, image(2), 2, manifestOf(third, 3)),
    ],
    [
      'the approval of another release',
      'rejected not_approved',
      board => {
        const { approval } = wanting(offerOf(third, 3)).device;
        board.facts = wanting(board.offer, { device: { approval } });
      },
    ],
    [
      'another release at the image’s address',
      'rejected image_hash',
      board => {
        board.served = third;
      },
    ],
  ];
  for (const [name, expected, attack] of cases) t.is(await attacked(t, name, attack), expected, name);
});

test('wrong hardware: the channel’s, the manifest’s and the image’s own are each the board’s', async t => {
  await untouched(t);
  const other = word(9);
  const cases: [string, (board: UpdateBoard) => void][] = [
    ['channel', board => facts(board, { hardware: other })],
    ['manifest', board => offers(board, image(2), 2, manifestOf(image(2), 2, { hardware: other }))],
    ['image', board => offers(board, image(2, 10_000, other), 2)],
  ];
  for (const [name, attack] of cases) t.is(await attacked(t, name, attack), 'rejected hardware', name);
  t.not(other, HARDWARE);
});

test('TOCTOU: what changes between the check and the start is seen, in flash and on chain', async t => {
  await untouched(t);
  const changed = await attacked(t, 'a bit of the slot, after it was read back', board =>
    beforePending(board, () => {
      const slot = board.memory.open('slotB');
      const sector = flipped(slot.read(4096, 4096), 0);
      slot.erase(4096);
      slot.write(4096, sector);
    }),
  );
  t.is(changed, 'rejected image_hash');
  const taken = await attacked(t, 'the approval', board =>
    beforePending(board, () => {
      board.facts = wanting(board.offer, { device: { approval: ZERO_WORD } });
    }),
  );
  t.is(taken, 'rejected not_approved');
});

test('TOCTOU: a slot that was changed while the board was off is not started, but mended', async t => {
  const board = new UpdateBoard();
  let busy = false;
  board.app.busy = () => busy;
  await board.start();
  beforePending(board, () => {
    busy = true;
  });
  t.is(await board.deliver(), 'undetermined busy');
  const slot = board.memory.open('slotB');
  const sector = flipped(slot.read(4096, 4096), 0);
  slot.erase(4096);
  slot.write(4096, sector);
  busy = false;
  await board.start();
  t.is(await board.retry(), 'accepted, restart update');
  t.is(board.requests, 2, 'it was fetched again');
  await board.start();
  t.is(board.version, 2);
});

test('withdrawn meanwhile: a release that is withdrawn while it is downloaded is not started; later it stays', async t => {
  for (const block of ['facts', 'newest'] as const) {
    const said = await attacked(t, block, board =>
      beforePending(board, () => {
        board[block] = wanting(board.offer, { channel: { record: WITHDRAWN } });
      }),
    );
    t.is(said, 'rejected withdrawn');
  }
  const board = new UpdateBoard();
  await board.start();
  t.is(await board.deliver(), 'accepted, restart update');
  facts(board, { record: WITHDRAWN });
  await board.start();
  t.deepEqual([board.version, board.settled], [2, 'confirmed'], 'a later withdrawal stops no confirm');
});

test('keys below threshold lost: the keys of one side alone install nothing, whichever side it is', async t => {
  await untouched(t);
  const vendors = await attacked(t, 'all keys of the vendor', board => {
    board.facts = wanting(board.offer, { device: { approval: ZERO_WORD } });
  });
  t.is(vendors, 'rejected not_approved');
  const owners = await attacked(t, 'the key of the owner', board => facts(board, { record: ZERO_WORD }));
  t.is(owners, 'rejected not_published');
});
