/**
 * A fleet report from its evidence: pure, the same for whoever makes a report and whoever verifies one. A fact comes from
 * the state that the block's hash proves, from a board's signature, or from a document whose hash is proven; what leads
 * to none of them is a finding and no fact.
 */
import { fromHex, toHex } from '../../firmware/bytes/hex.js';
import { DeviceStatus, readDeviceUpdate } from '../../firmware/contract/facts.js';
import type { Domain } from '../../firmware/contract/typedData.js';
import type { Crash } from '../../firmware/device/crashReceipt.js';
import { type Receipt, receiptHash } from '../../firmware/ledger/receipt.js';
import { parsePublishedReceipt } from '../../firmware/ledger/receiptWire.js';
import type { Crypto } from '../../firmware/port/crypto.js';
import { type AccountRequest, type ProvenState, verifyWitness } from '../../firmware/proof/witness.js';
import { decodeWitness } from '../../firmware/proof/witnessCodec.js';
import { releaseRecord } from '../../firmware/update/offer.js';
import type { Hex } from '../cli/kinds.js';
import { seenCrash } from '../operator/crash.js';
import { offerOf } from '../release/offerOf.js';
import type { Evidence } from './evidence.js';
import type { Finding, FleetReport, ProvenBoard, ProvenChannel } from './facts.js';
import { readDocuments } from './imageDocuments.js';
import { imageReports } from './imageReports.js';
import { channelQuestion, deviceQuestion, readChannelWords } from './questions.js';
import { namedChannel, tally } from './tally.js';

/** @param blockHash trusted, of the block with the number that the evidence says: 32 bytes */
export function judge(crypto: Crypto, evidence: Evidence, blockHash: Uint8Array): FleetReport {
  const findings: Finding[] = [];
  const prove = (what: string, bytes: string, account: AccountRequest): ProvenState | undefined => {
    const witness = decodeWitness(fromHex(bytes)!);
    const request = { blockHash, number: evidence.block.number, accounts: [account] };
    const proven = witness.verdict === 'accepted' ? verifyWitness(crypto, request, witness.value) : witness;
    if (proven.verdict === 'accepted') return proven.value;
    findings.push({ rule: 'proof', what: `${what} is not proven (${proven.code}): ${proven.evidence}` });
    return undefined;
  };
  let timestamp = 0;
  const boards: ProvenBoard[] = [];
  for (const { crashes, device, receipts, witness } of evidence.boards) {
    const proven = prove(`the board ${device}`, witness, deviceQuestion(device));
    if (!proven) continue;
    timestamp = proven.timestamp;
    const facts = readDeviceUpdate(proven.accounts[0].slots.map(({ value }) => value));
    const board = {
      ...{ device, status: DeviceStatus.nameOf(facts.status), fleet: toHex(facts.fleet) as Hex },
      ...{ channel: toHex(facts.channel) as Hex, approval: toHex(facts.approval) as Hex },
    };
    if (board.fleet !== evidence.fleet) {
      findings.push({ rule: 'fleet', what: `the board ${device} is in the fleet ${board.fleet}` });
      continue;
    }
    const { chainId } = evidence;
    const claimed = { chainId, device, key: facts.key, receipts, crashes };
    boards.push({
      ...board,
      receipts: signedReceipts(crypto, claimed, findings),
      crashes: signedCrashes(crypto, claimed, findings),
    });
  }
  const channels = evidence.channels.flatMap(given => {
    const versions = given.releases.map(({ version }) => version);
    const question = channelQuestion(crypto, given.channel, versions);
    const proven = prove(`the channel ${given.channel}`, given.witness, question);
    return proven ? [provenChannel(crypto, given, proven, findings)] : [];
  });
  const documents = readDocuments(evidence);
  const block = { ...evidence.block, hash: toHex(blockHash) as Hex, timestamp };
  const named = channels.map(channel => namedChannel(crypto, channel));
  const reported = boards.map(board => tally(crypto, board, named));
  const images = imageReports(reported, channels, documents);
  return { chainId: evidence.chainId, fleet: evidence.fleet, block, boards: reported, images, findings };
}

interface Claimed {
  chainId: number;
  device: Hex;
  /** 20 bytes. */
  key: Uint8Array;
  receipts: readonly string[];
  crashes: readonly string[];
}

const domainOf = ({ chainId, device }: Claimed): Domain => ({
  chainId,
  verifyingContract: fromHex(device, 20)!,
});

const otherSigner = ({ device, key }: Claimed, what: string, signer: string | undefined): Finding => ({
  rule: 'signature',
  what: `a ${what} of the board ${device} is signed by ${signer ?? 'nobody'}, and its key is ${toHex(key)}`,
});

/** The crash receipts that the board's key of that block signed. */
function signedCrashes(crypto: Crypto, claimed: Claimed, findings: Finding[]): Crash[] {
  return claimed.crashes.flatMap(text => {
    const seen = seenCrash(crypto, domainOf(claimed), fromHex(text)!);
    if (seen?.signer === toHex(claimed.key)) return [seen];
    findings.push(otherSigner(claimed, 'crash receipt', seen?.signer));
    return [];
  });
}

/** The receipts that the board's key of that block signed, the newest last. */
function signedReceipts(crypto: Crypto, claimed: Claimed, findings: Finding[]): Receipt[] {
  const domain = domainOf(claimed);
  const signed = claimed.receipts.flatMap(text => {
    const parsed = parsePublishedReceipt(fromHex(text)!);
    const signer =
      parsed.verdict === 'accepted'
        ? crypto.recoverAddress(receiptHash(crypto, domain, parsed.value.receipt), parsed.value.signature)
        : undefined;
    if (parsed.verdict === 'accepted' && signer && toHex(signer) === toHex(claimed.key))
      return [parsed.value.receipt];
    findings.push(otherSigner(claimed, 'receipt', signer && toHex(signer)));
    return [];
  });
  return signed.sort((a, b) => a.storeBirth - b.storeBirth || a.counter - b.counter);
}

function provenChannel(
  crypto: Crypto,
  { channel, releases }: Evidence['channels'][number],
  proven: ProvenState,
  findings: Finding[],
): ProvenChannel {
  const { facts, records } = readChannelWords(proven.accounts[0].slots.map(({ value }) => value));
  const kept = releases.flatMap((release, i) => {
    const withdrawn = toHex(records[i]) === `0x${'1'.padStart(64, '0')}`;
    if (withdrawn || toHex(records[i]) === toHex(releaseRecord(crypto, offerOf(channel, release))))
      return [{ ...release, withdrawn }];
    findings.push({
      rule: 'record',
      what: `the channel ${channel} has another record of version ${release.version} than the report`,
    });
    return [];
  });
  return { channel, newest: facts.newest, floor: facts.floor, rollout: facts.rollout, releases: kept };
}
