/** The image that is measured: takes inputs at its console, works on them, and says what came out and what it cost. */
import { equal } from '../../../firmware/bytes/equal.js';
import { fromHex, toHex } from '../../../firmware/bytes/hex.js';
import { envelopeHash } from '../../../firmware/command/envelope.js';
import { disagreement, judgeTime } from '../../../firmware/command/judge.js';
import { nextHead } from '../../../firmware/command/link.js';
import { parseDelivery } from '../../../firmware/command/wire.js';
import {
  codeHash,
  deviceSlots,
  fleetSlots,
  readDevice,
  readFleet,
} from '../../../firmware/contract/facts.js';
import { portableCrypto } from '../../../firmware/crypto/portable.js';
import type { Crypto } from '../../../firmware/port/crypto.js';
import type { Ports } from '../../../firmware/port/ports.js';
import { verifyWitness } from '../../../firmware/proof/witness.js';
import { decodeWitness } from '../../../firmware/proof/witnessCodec.js';

/** The board's program gives it to images that are measured. */
declare const measure: { instructions(): number; use(): string };

/** What a board knows before a command comes. */
export interface Known {
  chainId: number;
  blockHash: string;
  number: number;
  device: string;
  fleet: string;
  head: string;
  now: number;
}

export function start(ports: Ports): void {
  const crypto = ports.crypto ?? portableCrypto();
  const inputs = new Map<string, Uint8Array>();
  const input = (name: string): Uint8Array => inputs.get(name) ?? new Uint8Array(0);
  const cost = (work: () => string) => {
    const before = measure.instructions();
    const verdict = work();
    return { verdict, instructions: measure.instructions() - before };
  };
  const methods: Record<string, (parameters: never) => unknown> = {
    put({ name, size, at, hex }: { name: string; size: number; at: number; hex: string }) {
      if (at === 0) inputs.set(name, new Uint8Array(size));
      input(name).set(fromHex(hex)!, at);
      return null;
    },
    /** What counting itself costs, and the call of a function. */
    nothing: () => cost(() => ''),
    recover: () =>
      cost(() => {
        const address = crypto.recoverAddress(input('digest'), input('signature'));
        return address ? toHex(address) : 'nobody';
      }),
    keccak: () => cost(() => toHex(crypto.keccak256(input('node')))),
    sha256({ pieces, seed }: { pieces: number; seed: number }) {
      const piece = new Uint8Array(4096).fill(seed);
      return cost(() => {
        const hash = crypto.sha256();
        for (let i = 0; i < pieces; i++) hash.update(piece);
        return toHex(hash.digest());
      });
    },
    command: (known: Known) => cost(() => judge(crypto, known, input('witness'), input('delivery'))),
    use: () => JSON.parse(measure.use()),
  };
  ports.console.onRequest(async (method, parameters) => methods[method](parameters as never));
}

/** A routine direct command, from bytes that came from anywhere to a verdict. */
function judge(crypto: Crypto, known: Known, witnessBytes: Uint8Array, deliveryBytes: Uint8Array): string {
  const [device, fleet] = [fromHex(known.device, 20)!, fromHex(known.fleet, 20)!];
  const witness = decodeWitness(witnessBytes);
  if (witness.verdict !== 'accepted') return `rejected ${witness.code}`;
  const accounts = [
    { address: device, codeHash: codeHash.device(), slots: deviceSlots() },
    { address: fleet, codeHash: codeHash.fleet(), slots: fleetSlots() },
  ];
  const request = { blockHash: fromHex(known.blockHash, 32)!, number: known.number, accounts };
  const state = verifyWitness(crypto, request, witness.value);
  if (state.verdict !== 'accepted') return `rejected ${state.code}`;
  const [ofDevice, ofFleet] = state.value.accounts.map(account => account.slots.map(slot => slot.value));
  const facts = readDevice(ofDevice);
  const policy = readFleet(fleet, ofFleet);
  if (policy.paused || !equal(facts.fleet, fleet)) return 'undetermined paused';
  const delivery = parseDelivery(deliveryBytes);
  if (delivery.verdict !== 'accepted') return `rejected ${delivery.code}`;
  const { envelope } = delivery.value;
  const commandHash = envelopeHash(crypto, { chainId: known.chainId, verifyingContract: device }, envelope);
  const link = {
    ...{ sequence: facts.sequence, commandHash, notAfter: envelope.notAfter, epoch: facts.epoch },
    ...{ fleetEpoch: policy.epoch, operator: envelope.operator, class: envelope.class },
  };
  if (!equal(nextHead(crypto, fromHex(known.head, 32)!, link), facts.head)) return 'rejected not_anchored';
  const field = disagreement(envelope, link);
  if (field) return `rejected ${field}`;
  const time = judgeTime(envelope, known.now, 0);
  return time.verdict === 'accepted' ? 'accepted' : `rejected ${time.code}`;
}
