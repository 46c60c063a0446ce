/** `npm run bench:gas`: the cost of the contracts, beside figures of comparable systems. */
import { parseArgs } from 'node:util';
import type { Hex } from '../addresses.js';
import { EVM_VERSION } from '../build/settings.js';
import { startChain } from './anvil.js';
import { type Breakdown, breakdown, PARTS } from './breakdown.js';
import { type Cost, measure } from './measure.js';

const HELP = `Usage: npm run bench:gas -- [--json] [--devices <number>]

Gas of the contracts, from receipts of transactions on a chain of its own (anvil), and the size of the
proof that a board needs.

  --json              print one JSON document: {"results": [{"name", "value", "unit", "evmVersion", "peer",
                      "peerValue", "ratio", "goal", "met"}]}; ratio is the peer's figure over ours
  --parts             also print, for each figure, the parts that the gas goes to
  --devices <number>  boards on the chain when the proof is taken; default 10000
  --help              print this

The exit status is 0 when every goal is met, 1 when one is not, 2 on wrong use.
`;

/** Anvil's well-known development keys: worthless anywhere else. */
const KEYS: Hex[] = [
  '0xac0974bec39a17e36ba4a6b4d238ff944bacb478cbed5efcae784d7bf4f2ff80',
  '0x59c6995e998f97a5a0044966f0945389dc9e86dae88c7a8412f4603b6b78690d',
  '0x5de4111afa1a4b94908f83103eb1f1706367c2e68ca870fc3fb9a804cdab365a',
  '0x7c852118294e51e653712a81e05800f419141751be58f605c371e15141b007a6',
  '0x47e179ec197488593b187f80a00eb0da91f1b9d0b13f8733639f19c30a34926a',
];

/** Published figures; the lower end where a range was published. */
const REGISTER_PEER = 'registering a device, published: 449,448–471,294 and 595,721–638,621';
const TASK_PEER = 'a task to a device, published: 416,181–688,685';
const UPDATE_PEER = 'a document update, published';

interface Row {
  name: string;
  value: number;
  unit: string;
  /** Of the chain that the figure was taken on, and of the code. */
  evmVersion: string;
  peer: string | null;
  peerValue: number | null;
  ratio: number | null;
  goal: number | null;
  met: boolean;
}

function row(
  name: string,
  value: number,
  goal: number | null,
  peer?: string,
  peerValue?: number,
  unit = 'gas',
): Row {
  const ratio = peerValue === undefined ? null : Math.round((peerValue / value) * 100) / 100;
  const met = goal === null || value <= goal;
  return {
    name,
    value,
    unit,
    evmVersion: EVM_VERSION,
    peer: peer ?? null,
    peerValue: peerValue ?? null,
    ratio,
    goal,
    met,
  };
}

function rows(costs: Record<string, Cost>, proofBytes: number): Row[] {
  const gas = (name: string) => costs[name]!.gas;
  return [
    row('gas.register', gas('register'), 160_000, REGISTER_PEER, 449_448),
    row('gas.register.tray', gas('registerTray'), null, REGISTER_PEER, 449_448),
    row('gas.command.first', gas('commandFirst'), 66_000, TASK_PEER, 416_181),
    row('gas.command.next', gas('commandNext'), 49_000, TASK_PEER, 416_181),
    row('gas.command.irreversible', gas('irreversible'), null, TASK_PEER, 416_181),
    row('gas.batch', gas('batch'), 41_000, TASK_PEER, 416_181),
    row('gas.publish', gas('publish'), 75_000, UPDATE_PEER, 54_468),
    row('gas.approve', gas('approve'), null, UPDATE_PEER, 54_468),
    row('gas.approve.app', gas('approveApp'), null, UPDATE_PEER, 54_468),
    row('gas.suspend', gas('suspend'), 40_000, UPDATE_PEER, 54_468),
    row('gas.claim', gas('claim'), null),
    row('proof.device.bytes', proofBytes, 600, undefined, undefined, 'bytes'),
  ];
}

function partsTable(parts: ReadonlyMap<string, Breakdown>): string {
  const names = [...parts.keys()];
  const cell = (value: string) => value.padStart(13);
  const lines = PARTS.map(
    part =>
      part.padEnd(26) + names.map(name => cell(parts.get(name)![part].toLocaleString('en-US'))).join(''),
  );
  return `\nEVM version ${EVM_VERSION}, gas\n${''.padEnd(26)}${names.map(cell).join('')}\n${lines.join('\n')}\n`;
}

function table(results: readonly Row[], devices: number): string {
  const number = (value: number | null) => (value === null ? '' : value.toLocaleString('en-US'));
  const lines = results.map(({ name, value, unit, evmVersion, peerValue, ratio, goal, met }) =>
    [
      name.padEnd(26),
      `${number(value)} ${unit}`.padStart(14),
      `  ${evmVersion}`,
      (goal === null ? '' : `${number(goal)} ${met ? 'met' : 'MISSED'}`).padStart(18),
      peerValue === null ? '' : `   ${number(peerValue).padStart(8)}, ${ratio} times ours`,
    ].join(''),
  );
  const head = `EVM version: ${EVM_VERSION}; solc 0.8.37, optimizer on; ${number(devices)} devices on the chain
${'name'.padEnd(26)}${'ours'.padStart(14)}  ${'EVM'.padEnd(EVM_VERSION.length)}${'goal'.padStart(18)}   comparable systems`;
  return `${head}\n${lines.join('\n')}
gas.register.tray is for each of ten boards in one transaction.
Comparable: ${REGISTER_PEER}; ${TASK_PEER}; ${UPDATE_PEER}: 54,468.\n`;
}

async function main(): Promise<number> {
  let options: { json?: boolean; parts?: boolean; help?: boolean; devices?: string };
  try {
    options = parseArgs({
      options: {
        json: { type: 'boolean' },
        parts: { type: 'boolean' },
        help: { type: 'boolean' },
        devices: { type: 'string' },
      },
    }).values;
  } catch (error) {
    process.stderr.write(`bench:gas: ${(error as Error).message}. See npm run bench:gas -- --help\n`);
    return 2;
  }
  if (options.help) {
    process.stdout.write(HELP);
    return 0;
  }
  const devices = Number(options.devices ?? 10_000);
  if (!Number.isInteger(devices) || devices < 11 || devices > 100_000) {
    process.stderr.write('bench:gas: --devices wants a whole number from 11 to 100000\n');
    return 2;
  }
  const chain = await startChain(...(options.parts ? ['--steps-tracing'] : []));
  try {
    const { costs, proofBytes } = await measure(chain.rpc, KEYS, devices);
    const results = rows(costs, proofBytes);
    process.stdout.write(options.json ? `${JSON.stringify({ results })}\n` : table(results, devices));
    if (options.parts) process.stdout.write(partsTable(await allParts(chain.rpc, costs)));
    return results.every(({ met }) => met) ? 0 : 1;
  } finally {
    chain.close();
  }
}

/** Of each figure that is one transaction. */
async function allParts(rpc: string, costs: Record<string, Cost>): Promise<Map<string, Breakdown>> {
  const request = async (method: string, parameters: unknown[]) => {
    const body = JSON.stringify({ jsonrpc: '2.0', id: 1, method, params: parameters });
    const headers = { 'content-type': 'application/json' };
    const response = await fetch(rpc, { method: 'POST', headers, body });
    const answer = (await response.json()) as { result?: unknown; error?: { message: string } };
    if (answer.error) throw new Error(answer.error.message);
    return answer.result;
  };
  const parts = new Map<string, Breakdown>();
  for (const [name, { transactionHash }] of Object.entries(costs)) {
    if (name !== 'registerTray') parts.set(name, await breakdown(request, transactionHash));
  }
  return parts;
}

process.exitCode = await main().catch(error => {
  process.stderr.write(`bench:gas: ${(error as Error).message}\n`);
  return 1;
});
