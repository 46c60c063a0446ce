/** The chain of links recomputed from its events: does it lead to the head that the Device holds? */
import type { DeviceFacts, Link } from '../../contracts/client/index.js';
import { fromHex, toHex } from '../../firmware/bytes/hex.js';
import { epochHead, nextHead } from '../../firmware/command/link.js';
import type { Crypto } from '../../firmware/port/crypto.js';
import type { Finding } from './auditReceipts.js';

export interface HeadAuditInput {
  crypto: Crypto;
  chainId: number;
  device: Uint8Array;
  links: readonly Link[];
  /** All events of the device, in order. */
  history: readonly { name: string; values: Record<string, unknown> }[];
  facts: Pick<DeviceFacts, 'head' | 'sequence' | 'epoch'>;
}

/** An endpoint that hides or invents links is found out here, as long as it tells the true head. */
export function auditHeads({ chainId, crypto, device, facts, history, links }: HeadAuditInput): Finding[] {
  const findings: Finding[] = [];
  const wrong = (what: string) => findings.push({ rule: 'head', what });
  const bySequence = new Map(links.map(link => [link.sequence, link]));
  let head = new Uint8Array(32);
  let sequence = 0;
  for (const { name, values } of history) {
    if (name === 'EpochBumped') {
      const epoch = Number(values.epoch);
      if (Number(values.sequence) !== sequence)
        wrong(`epoch ${epoch} began at command ${values.sequence}, not after ${sequence}`);
      sequence = Number(values.sequence);
      head = new Uint8Array(epochHead(crypto, chainId, device, epoch, sequence));
    }
    if (name !== 'Linked') continue;
    const link = bySequence.get(Number(values.sequence));
    if (!link || link.sequence !== sequence + 1) {
      wrong(`after command ${sequence} came command ${values.sequence}`);
      sequence = Number(values.sequence);
      continue;
    }
    sequence = link.sequence;
    head = new Uint8Array(
      nextHead(crypto, head, {
        ...link,
        commandHash: fromHex(link.commandHash, 32)!,
        operator: fromHex(link.operator, 20)!,
      }),
    );
    if (toHex(head) !== link.head.toLowerCase())
      wrong(`command ${sequence} leads to ${toHex(head)}, its event says ${link.head}`);
  }
  if (toHex(head) !== facts.head.toLowerCase() || sequence !== facts.sequence) {
    wrong(
      `the links lead to ${toHex(head)} at ${sequence}, the device is at ${facts.head}, command ${facts.sequence}`,
    );
  }
  return findings;
}
