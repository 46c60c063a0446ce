/** The rotation of the board's key: both keys sign, both are kept until the new one is final, then the old one is gone. */
import test from 'ava';
import { type Hex, recoverAddress } from 'viem';
import { fromHex, toHex } from '../../../firmware/bytes/hex.js';
import { deviceAddress } from '../../../firmware/contract/create2.js';
import { rotateKeyDigest } from '../../../firmware/contract/rotateKey.js';
import { ConsoleRefusal } from '../../../firmware/device/consoleRefusal.js';
import { BoardLife } from '../../../firmware/device/life.js';
import type { Registration } from '../../../firmware/device/registration.js';
import { rotateKey } from '../../../firmware/device/rotation.js';
import { openStore } from '../../../firmware/device/store.js';
import type { Flash } from '../../../firmware/port/flash.js';
import { encodeConfiguration } from '../../../firmware/trust/configuration.js';
import { type Moment, Power, PowerCut, withFaults } from '../../../host-sim/flash/faults.js';
import { address } from '../../fakes/bytes.js';
import { countingEntropy } from '../../fakes/countingEntropy.js';
import { MemoryFlash } from '../../fakes/memoryFlash.js';
import { Board, KEY } from '../command/board.js';
import { crypto } from '../command/modelChain.js';
import { DEVELOPMENT } from './trust.js';

const NOW = 1_800_000_000;
const registered: Registration = { now: NOW, finalized: NOW - 800, registered: true };
const asked = { epoch: 2, deadline: NOW + 3600 };

interface Rotated {
  newKey: Hex;
  oldSignature: Hex;
  newSignature: Hex;
}

function board(
  flash: Flash = new MemoryFlash() as unknown as Flash,
  found = registered as Registration | string,
) {
  const { identity } = openStore({ crypto, entropy: countingEntropy(), flash })!;
  identity.configure(encodeConfiguration(DEVELOPMENT));
  const options = { crypto, identity, entropy: countingEntropy(60), registration: async () => found };
  return { identity, rotate: (parameters: unknown) => rotateKey(options, parameters) as Promise<Rotated> };
}

test('both keys sign the very rotation; asked again it is the same next key, and the old one is still in use', async t => {
  const { identity, rotate } = board();
  const before = identity.address;
  const { newKey, newSignature, oldSignature } = await rotate(asked);
  const domain = {
    chainId: DEVELOPMENT.chainId,
    verifyingContract: deviceAddress(crypto, identity.originalAddress),
  };
  const rotation = { oldKey: before, newKey: fromHex(newKey, 20)!, ...asked };
  const hash = toHex(rotateKeyDigest(crypto, domain, rotation)) as Hex;
  t.is((await recoverAddress({ hash, signature: oldSignature })).toLowerCase(), toHex(before));
  t.is((await recoverAddress({ hash, signature: newSignature })).toLowerCase(), newKey);
  t.not(newKey, toHex(before));
  t.is((await rotate({ ...asked, deadline: NOW + 60 })).newKey, newKey);
  t.deepEqual(identity.address, before);
});

test('what is no rotation for the next hour is refused; each bound is signed', async t => {
  const { rotate } = board();
  for (const wrong of [
    { deadline: NOW + 3601 },
    { deadline: NOW },
    { deadline: '1' },
    { epoch: -1 },
    { epoch: 2 ** 32 },
  ]) {
    await t.throwsAsync(rotate({ ...asked, ...wrong }), { instanceOf: ConsoleRefusal });
  }
  await t.throwsAsync(rotate(undefined), { instanceOf: ConsoleRefusal });
  await t.throwsAsync(board(undefined, 'no_quorum').rotate(asked), { instanceOf: ConsoleRefusal });
  await t.throwsAsync(board(undefined, { ...registered, registered: false }).rotate(asked), {
    instanceOf: ConsoleRefusal,
  });
  await t.notThrowsAsync(rotate({ epoch: 2 ** 32 - 1, deadline: NOW + 3600 }));
});

test('the board follows its new key once a final block of lifecycle’s level names it, and no other key', async t => {
  for (const [name, isFinal, level, key, follows] of [
    ['not final', false, 4, 'next', false],
    ['too weak', true, 1, 'next', false],
    ['a stranger’s', true, 4, 'other', false],
    ['the twin', true, 4, 'next', true],
  ] as const) {
    const one = new Board();
    const { identity, rotate } = board();
    const { newKey } = await rotate(asked);
    const noted: string[] = [];
    one.lifecycle = { level: 4, maximumAge: 7200 };
    one.life = new BoardLife({
      app: {},
      identity,
      onKeyChanged: () => noted.push('another key'),
      onRetired: () => {},
    });
    one.boot();
    one.chain.levels = { lifecycle: 4, firmware: 4 };
    await one.proveNow();
    one.chain.levels = { lifecycle: level, firmware: level };
    one.chain.bumpEpoch({ key: key === 'next' ? fromHex(newKey, 20)! : address(0x99) });
    const order = one.link('once', { challenge: one.challenge });
    if (isFinal) one.chain.finalise();
    t.not(await one.deliver(order), 'done', name);
    t.is(toHex(identity.address) === newKey, follows, name);
    t.deepEqual(noted, follows ? ['another key'] : [], name);
    t.deepEqual(one.effects, [], name);
  }
  t.is(KEY.length, 20);
});

test('a cut at any flash operation of the change leaves the board with the old key or the new one, whole', async t => {
  const seen = { old: 0, new: 0 };
  for (const moment of ['before', 'torn', 'after'] as Moment[]) {
    for (let operation = 1; ; operation++) {
      const power = new Power({ seed: operation });
      const flash = withFaults(new MemoryFlash(), power) as unknown as Flash;
      const { identity, rotate } = board(flash);
      const before = toHex(identity.address);
      const { newKey } = await rotate(asked);
      power.cutAt(operation, moment);
      let cut = false;
      try {
        identity.rotateTo(fromHex(newKey, 20)!);
      } catch (error) {
        if (!(error instanceof PowerCut)) throw error;
        cut = true;
      }
      power.restore();
      if (!cut) break;
      const again = openStore({ crypto, entropy: countingEntropy(90), flash })!.identity;
      const label = `cut ${moment} ${operation}`;
      t.true([before, newKey].includes(toHex(again.address)), label);
      t.deepEqual(again.configuration, DEVELOPMENT, label);
      t.is(toHex(again.originalAddress), before, label);
      if (toHex(again.address) === before) {
        seen.old++;
        t.true(again.rotateTo(fromHex(newKey, 20)!), `${label}: it goes on`);
      } else seen.new++;
      t.false(again.rotateTo(fromHex(newKey, 20)!), `${label}: once`);
    }
  }
  t.true(seen.old > 2 && seen.new > 0, JSON.stringify(seen));
});
