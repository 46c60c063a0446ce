import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { fromHex } from '../../firmware/bytes/hex.js';
import { portableCrypto } from '../../firmware/crypto/portable.js';
import { call } from '../../host-sim/node/chain/call.js';
import { nodeClock } from '../../host-sim/node/clock.js';
import { patient } from '../../host-sim/node/patience.js';
import { readCrashes } from '../board/crashLog.js';
import { readAllReceipts } from '../board/receiptLog.js';
import { readBlock } from '../checkpoint/nodeBlock.js';
import { defineCommand, flag, flags, type Surroundings } from '../cli/command.js';
import { Failure } from '../cli/failure.js';
import { address, type Hex, path } from '../cli/kinds.js';
import { writeWholeFiles } from '../cli/wholeFiles.js';
import { ExecutionNode } from '../prover/executionNode.js';
import { type Evidence, evidenceText, readEvidence } from '../report/evidence.js';
import type { Finding } from '../report/facts.js';
import { gather } from '../report/gather.js';
import { judge } from '../report/judge.js';
import { reportPage } from '../report/page.js';
import { reportLines } from '../report/words.js';
import { fleetFlags, imagesFlag, receiptsFlag } from '../settings/flags.js';
import { Settings } from '../settings/settings.js';

export default defineCommand({
  summary: 'Say which board of a fleet runs what, by proofs and signed receipts alone',
  details:
    'At the newest final block: each board’s image by its newest signed receipt, the releases by the proven records of\n' +
    'their channels, boards that are behind, updates that failed, crashes (by the receipts that holdfast crashes kept), the\n' +
    'parts and the origin of each image. --out writes the evidence, from which anybody makes the same report (--verify FILE) and needs no word of ours: proofs are verified,\n' +
    'signatures recovered, documents hashed; an endpoint says the hash of the block, and which boards are registered.\n' +
    'Boards that came into the fleet later than by registration are named with --board. Exit status 1 with findings.',
  example: 'holdfast report --out fleet.json --page fleet.html',
  operands: {},
  flags: {
    ...fleetFlags,
    ...imagesFlag,
    ...receiptsFlag,
    board: flags(address, 'a board that was not registered in this fleet'),
    verify: flag(path, 'the evidence of somebody’s report, in place of what is found here'),
    out: flag(path, 'the evidence, as a file'),
    page: flag(path, 'the report as a page of HTML that needs nothing else'),
  },
  run: async input => {
    const { flags } = input;
    const settings = new Settings(flags);
    const given = flags.verify === undefined ? undefined : readEvidence(flags.verify);
    const evidence = given ?? (await ownEvidence(input, settings, flags.board));
    const rpc = settings.need('rpc');
    const crypto = portableCrypto();
    input.progress?.(`verifies ${evidence.boards.length} boards`);
    const hash = given ? await hashAt(rpc, given) : fromHex(evidence.block.hash, 32)!;
    const report = judge(crypto, evidence, hash);
    const missing = given ? await missingBoards(settings, given) : [];
    const findings = [...report.findings, ...missing];
    const whole = { ok: findings.length === 0, ...report, findings };
    writeWholeFiles([
      ...(flags.out === undefined ? [] : [[flags.out, evidenceText(evidence)] as const]),
      ...(flags.page === undefined ? [] : [[flags.page, reportPage(whole)] as const]),
    ]);
    return whole;
  },
  show: reportLines,
});

/** The evidence of the fleet at the newest final block. @throws Failure `report` when there is no board */
async function ownEvidence(input: Surroundings, settings: Settings, more: readonly Hex[]): Promise<Evidence> {
  const contracts = await settings.chain();
  const fleet = settings.need('fleet').toLowerCase() as Hex;
  const registered = (await contracts.factory.registrations()).filter(each => each.fleet === fleet);
  const devices = [
    ...new Set([...registered.map(each => each.device), ...more.map(each => each.toLowerCase() as Hex)]),
  ];
  if (devices.length === 0)
    throw new Failure(
      'report',
      `No board is registered in the fleet ${fleet} on this chain: check the address, or name boards with --board.`,
    );
  const { receipts: log } = settings;
  const { chainId } = contracts.chain;
  const { boards, unreadable } = existsSync(log)
    ? readAllReceipts(log, chainId)
    : { boards: new Map(), unreadable: 0 };
  if (unreadable > 0) input.warn(`${unreadable} lines of ${log} hold no receipt.`);
  const rpc = settings.need('rpc');
  const crypto = portableCrypto();
  const timeoutMs = patient(20_000);
  const node = new ExecutionNode({
    url: rpc,
    name: rpc,
    crypto,
    timeoutMs,
    clock: nodeClock,
    signal: input.signal,
  });
  const images = settings.find('images');
  const { hash, number } = await readBlock(rpc, 'finalized');
  const block = { number, hash };
  const seen = readCrashes(join(settings.home, 'crashes.jsonl'), chainId);
  if (seen.unreadable > 0) input.warn(`${seen.unreadable} lines of crashes.jsonl hold no crash receipt.`);
  const { crashes } = seen;
  return gather(input, { block, contracts, crashes, crypto, devices, fleet, images, node, receipts: boards });
}

/** The hash of the block of somebody's evidence, as the endpoint says it. @throws Failure `wrong_chain`, `mismatch` */
async function hashAt(rpc: string, { block, chainId }: Evidence): Promise<Uint8Array> {
  const here = Number(await call(rpc, 'eth_chainId'));
  if (here !== chainId)
    throw new Failure(
      'wrong_chain',
      `The report is of chain ${chainId}, this endpoint is of chain ${here}: name one of that chain with --rpc.`,
    );
  const tag = `0x${block.number.toString(16)}`;
  const found = (await call(rpc, 'eth_getBlockByNumber', [tag, false])) as Record<string, unknown> | null;
  const hash = fromHex(found?.hash, 32);
  if (!hash || (found!.hash as string).toLowerCase() !== block.hash)
    throw new Failure(
      'mismatch',
      `The endpoint has ${hash ? 'another' : 'no'} block ${block.number} than the report (${block.hash}): believe nothing in it, or ask another endpoint.`,
    );
  return hash;
}

/** Boards that are registered in the fleet, were in it at that block, and are not in somebody's report. */
async function missingBoards(settings: Settings, { block, boards, fleet }: Evidence): Promise<Finding[]> {
  const contracts = await settings.chain();
  const told = new Set<string>(boards.map(({ device }) => device));
  const findings: Finding[] = [];
  for (const each of await contracts.factory.registrations()) {
    if (each.fleet !== fleet || told.has(each.device) || Number(each.blockNumber) > block.number) continue;
    const facts = await contracts.device.read(each.device);
    if (facts.fleet === fleet)
      findings.push({
        rule: 'missing',
        what: `the board ${each.device} is in the fleet, and the report leaves it out`,
      });
  }
  return findings;
}
