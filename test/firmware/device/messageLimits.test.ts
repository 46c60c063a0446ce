/** The greatest messages that a board reads, as it is now. */
import test from 'ava';
import { DELIVERY_BYTES_MAX } from '../../../firmware/command/wire.js';
import { type Wanted, wantedBytesMax } from '../../../firmware/device/messageLimits.js';
import { OFFERED_BYTES_MAX } from '../../../firmware/trust/syncCommittee.js';
import { mainnet } from '../../../tools/prover/networks.js';

const light = { chain: mainnet(), checkpointRoot: new Uint8Array(32), maximumSleep: 3600 };
const idle: Wanted = { answerBytesMax: 0, awaitsTrust: false, isProving: false, light };

test('what only may be of use is not read beside a proof; what the proof waits for, and envelopes, are', t => {
  t.is(wantedBytesMax('finality', idle), OFFERED_BYTES_MAX);
  const proving = { ...idle, isProving: true, answerBytesMax: 23_000 };
  t.is(wantedBytesMax('finality', proving), 0);
  t.is(wantedBytesMax('proof', proving), 23_000);
  t.is(wantedBytesMax('envelope', proving), DELIVERY_BYTES_MAX);
});

test('what nobody asked for is not read: a trust configuration, an answer, finality below level 4', t => {
  t.is(wantedBytesMax('trust', idle), 0);
  t.is(wantedBytesMax('trust', { ...idle, awaitsTrust: true }), 4096);
  t.is(wantedBytesMax('proof', idle), 0);
  t.is(wantedBytesMax('finality', { ...idle, light: undefined }), 0);
});
