/** The parts that a setting takes and does not bring itself, looked for before anything of it is set up. */
import { connect } from 'node:net';
import { anvilBinary } from '../../host-sim/chain/binary.js';
import { call } from '../../host-sim/node/chain/call.js';
import { patient } from '../../host-sim/node/patience.js';
import { engineCommand } from '../../host-sim/process/engines.js';
import { Failure } from '../cli/failure.js';
import { findChipBuild } from './chipBuild.js';
import type { SettingOptions } from './settingOptions.js';

/** Milliseconds in which something that runs answers. */
const ANSWER_MS = 5000;
const PORTS: Readonly<Record<string, number>> = { 'mqtt:': 1883, 'mqtts:': 8883, 'http:': 80, 'https:': 443 };

/** @throws Failure `part` that names all that is missing, each with its remedy */
export async function refuseMissingParts(
  options: Pick<SettingOptions, 'board' | 'broker' | 'engine' | 'images' | 'rpc'>,
): Promise<void> {
  const { board, broker, engine, images, rpc = [] } = options;
  const looks = await Promise.allSettled([
    looked(() => engineCommand({ name: engine, ...board })),
    ...(engine === 'c3' ? [looked(() => findChipBuild())] : []),
    ...(rpc.length === 0 ? [looked(() => anvilBinary())] : []),
    ...rpc.map(url => call(url, 'eth_chainId', [], patient(ANSWER_MS))),
    ...(broker ? [answers(broker, 'The broker', '--broker')] : []),
    ...(images ? [answers(images, 'The image server', '--images')] : []),
  ]);
  const missing = looks.flatMap(look => (look.status === 'rejected' ? [sentence(look.reason as Error)] : []));
  if (missing.length > 0) throw new Failure('part', missing.join(' '));
}

const looked = async (look: () => unknown): Promise<void> => void look();

function sentence({ message }: Error): string {
  const whole = message.charAt(0).toUpperCase() + message.slice(1);
  return whole.endsWith('.') ? whole : `${whole}.`;
}

/** Resolves once something takes connections there. @throws Error that names it */
function answers(url: string, what: string, flag: string): Promise<void> {
  const { hostname, port, protocol } = new URL(url);
  const host = hostname.replace(/^\[|\]$/g, '');
  const fault = (reason: string) =>
    new Error(`${what} ${url} cannot be reached (${reason}): check that it runs, and that ${flag} names it`);
  return new Promise((resolve, reject) => {
    const socket = connect({ host, port: Number(port) || PORTS[protocol], timeout: patient(ANSWER_MS) });
    const end = (settle: () => void) => {
      socket.destroy();
      settle();
    };
    socket
      .once('connect', () => end(resolve))
      .once('error', (error: NodeJS.ErrnoException) => end(() => reject(fault(error.code ?? error.message))))
      .once('timeout', () => end(() => reject(fault('no answer'))));
  });
}
