/** At the console, the board's half of a claim: for one epoch and an hour, and only once it is registered. */
import test from 'ava';
import { type Hex, hashTypedData, recoverAddress } from 'viem';
import { claimData } from '../../../contracts/client/claim.js';
import { toHex } from '../../../firmware/bytes/hex.js';
import { deviceAddress } from '../../../firmware/contract/create2.js';
import { signClaim } from '../../../firmware/device/claiming.js';
import { ConsoleRefusal } from '../../../firmware/device/consoleRefusal.js';
import type { Registration } from '../../../firmware/device/registration.js';
import { openStore } from '../../../firmware/device/store.js';
import { encodeConfiguration } from '../../../firmware/trust/configuration.js';
import { address } from '../../fakes/bytes.js';
import { countingEntropy } from '../../fakes/countingEntropy.js';
import { MemoryFlash } from '../../fakes/memoryFlash.js';
import { rememberingCrypto } from '../../fakes/rememberingCrypto.js';
import { DEVELOPMENT } from './trust.js';

const crypto = rememberingCrypto();
const NOW = 1_800_000_000;
const registered: Registration = { now: NOW, finalized: NOW - 800, registered: true };
const asked = {
  epoch: 3,
  newOwner: toHex(address(1)) as Hex,
  fleet: toHex(address(2)) as Hex,
  channel: toHex(address(3)) as Hex,
  deadline: NOW + 3600,
};

function board({ configured = true, found = registered as Registration | string } = {}) {
  const { identity } = openStore({ crypto, entropy: countingEntropy(), flash: new MemoryFlash() })!;
  if (configured) identity.configure(encodeConfiguration(DEVELOPMENT));
  return {
    device: toHex(deviceAddress(crypto, identity.originalAddress)) as Hex,
    key: toHex(identity.address),
    claim: (parameters: unknown) =>
      signClaim({ crypto, identity, registration: async () => found }, parameters) as Promise<{
        signature: Hex;
      }>,
  };
}

test('the signature is the board’s over the very claim, as the contract hashes it', async t => {
  const { claim, device, key } = board();
  const { signature } = await claim(asked);
  const hash = hashTypedData(claimData(DEVELOPMENT.chainId, device, asked.epoch, asked) as never);
  t.is((await recoverAddress({ hash, signature })).toLowerCase(), key);
});

test('what is no claim for the next hour is refused in words; a claim at each bound is signed', async t => {
  const { claim } = board();
  const refused: [Record<string, unknown>, RegExp][] = [
    [{ deadline: NOW + 3601 }, /an hour from now at most/],
    [{ deadline: NOW }, /has passed already/],
    [{ deadline: 'soon' }, /deadline must be a whole number/],
    [{ deadline: -1 }, /deadline must be a whole number/],
    [{ epoch: 2 ** 32 }, /epoch must be a whole number up to 4294967295/],
    [{ epoch: 1.5 }, /epoch must be a whole number/],
    [{ newOwner: toHex(address(0)) }, /newOwner is nobody/],
    [{ newOwner: '0x12' }, /newOwner must be an address/],
    [{ fleet: undefined }, /fleet must be an address/],
    [{ channel: 7 }, /channel must be an address/],
  ];
  for (const [fields, message] of refused) {
    await t.throwsAsync(claim({ ...asked, ...fields }), { instanceOf: ConsoleRefusal, message });
  }
  for (const nothing of [undefined, null, 'claim'])
    await t.throwsAsync(claim(nothing), { instanceOf: ConsoleRefusal });
  for (const fields of [
    { deadline: NOW + 3600 },
    { deadline: NOW + 1 },
    { epoch: 0 },
    { epoch: 2 ** 32 - 1 },
  ]) {
    t.is((await claim({ ...asked, ...fields })).signature.length, 132);
  }
});

test('a board that is not configured, not registered, or that cannot read the chain signs nothing', async t => {
  const reasons: [ReturnType<typeof board>, RegExp][] = [
    [board({ configured: false }), /configure the board first/],
    [board({ found: { ...registered, registered: false } }), /not registered/],
    [board({ found: 'unreachable: nobody is there' }), /nothing is signed: unreachable: nobody is there/],
  ];
  for (const [{ claim }, message] of reasons) {
    await t.throwsAsync(claim(asked), { instanceOf: ConsoleRefusal, message });
  }
});
