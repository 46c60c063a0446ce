import { equal } from '../../../../firmware/bytes/equal.js';
import { envelopeHash } from '../../../../firmware/command/envelope.js';
import { disagreement, judgeTime } from '../../../../firmware/command/judge.js';
import { nextHead } from '../../../../firmware/command/link.js';
import { parseDelivery } from '../../../../firmware/command/wire.js';
import {
  codeHash,
  deviceSlots,
  fleetSlots,
  readDevice,
  readFleet,
} from '../../../../firmware/contract/facts.js';
import { verifyWitness } from '../../../../firmware/proof/witness.js';
import { decodeWitness } from '../../../../firmware/proof/witnessCodec.js';
import type { Operation } from './operation.js';

/** The state of a board before a command comes. */
export interface Known {
  chainId: number;
  number: number;
  now: number;
}

/** A routine direct command, from bytes that came from anywhere to a verdict. */
export const command: Operation = (crypto, input, known: Known) => {
  const [device, fleet] = [input('device'), input('fleet')];
  const witness = decodeWitness(input('witness'));
  if (witness.verdict !== 'accepted') return `rejected ${witness.code}`;
  const accounts = [
    { address: device, codeHash: codeHash.device(), slots: deviceSlots() },
    { address: fleet, codeHash: codeHash.fleet(), slots: fleetSlots() },
  ];
  const request = { blockHash: input('blockHash'), number: known.number, accounts };
  const state = verifyWitness(crypto, request, witness.value);
  if (state.verdict !== 'accepted') return `rejected ${state.code}`;
  const [ofDevice, ofFleet] = state.value.accounts.map(account => account.slots.map(slot => slot.value));
  const facts = readDevice(ofDevice);
  const policy = readFleet(fleet, ofFleet);
  if (policy.paused || !equal(facts.fleet, fleet)) return 'undetermined paused';
  const delivery = parseDelivery(input('delivery'));
  if (delivery.verdict !== 'accepted') return `rejected ${delivery.code}`;
  const { envelope } = delivery.value;
  const commandHash = envelopeHash(crypto, { chainId: known.chainId, verifyingContract: device }, envelope);
  const link = {
    ...{ sequence: facts.sequence, commandHash, notAfter: envelope.notAfter, epoch: facts.epoch },
    ...{ fleetEpoch: policy.epoch, operator: envelope.operator, class: envelope.class },
  };
  if (!equal(nextHead(crypto, input('head'), link), facts.head)) return 'rejected not_anchored';
  const field = disagreement(envelope, link);
  if (field) return `rejected ${field}`;
  const time = judgeTime(envelope, known.now, 0);
  return time.verdict === 'accepted' ? 'accepted' : `rejected ${time.code}`;
};
