import { readAccount } from '../broker/account.js';
import { defineCommand, flag, flags } from '../cli/command.js';
import { Failure } from '../cli/failure.js';
import { hash, path, text, url } from '../cli/kinds.js';
import { keyFromFile, proverKeyFile } from '../operator/keyFiles.js';
import { projectFlag } from '../settings/flags.js';
import { Settings } from '../settings/settings.js';

const NODES_MAX = 8;

export default defineCommand({
  summary: 'Answer boards that verify finality themselves, until Ctrl-C',
  details:
    'Asks beacon and execution nodes, judges what they say by the code that boards run, and gives it to boards over HTTP and MQTT. Nobody has to believe it; any number can run behind one address. Several nodes are compared with each other. Prometheus reads /metrics.',
  example:
    'holdfast prover --beacon http://localhost:5052 --rpc http://localhost:8545 --listen 0.0.0.0:8600 --broker mqtt://localhost:1883',
  operands: {},
  flags: {
    beacon: flags(url('http', 'https'), 'a beacon node, standard Beacon API'),
    rpc: flags(url('http', 'https'), 'an execution node, JSON-RPC with eth_getProof'),
    listen: flag(text('HOST:PORT'), 'where to answer', '127.0.0.1:8600'),
    broker: flag(url('mqtt', 'mqtts'), 'a broker where boards ask as well'),
    'broker-account': flag(path, 'file of the account at the broker (holdfast broker mosquitto makes one)'),
    key: flag(
      path,
      'file of the key that boards at the broker seal their questions to (default: prover-key beside the project file)',
    ),
    checkpoint: flag(hash, 'root of a finalized beacon block to begin at'),
    checkpoints: flag(path, 'a directory of signed checkpoints (holdfast checkpoint) to serve'),
    images: flags(
      url('http', 'https'),
      'an image server whose files boards that reach only the broker get in pieces',
    ),
    ...projectFlag,
  },
  run: async ({ emit, flags: given, note, signal }) => {
    const { home, project } = new Settings({ project: given.project, world: given.world });
    const rpcs = given.rpc.length > 0 ? given.rpc : project?.rpc ? [project.rpc] : [];
    if (given.beacon.length === 0)
      throw new Failure('beacon', 'holdfast prover needs a beacon node: --beacon URL.');
    if (rpcs.length === 0) throw new Failure('rpc', 'holdfast prover needs an execution node: --rpc URL.');
    if (Math.max(given.beacon.length, rpcs.length, given.images.length) > NODES_MAX)
      throw new Failure(
        'nodes',
        `holdfast prover takes ${NODES_MAX} nodes of a kind at most: leave some out.`,
      );
    const { startProver } = await import('../prover/start.js');
    const { fromHex } = await import('../../firmware/bytes/hex.js');
    const running = await startProver({
      beacons: given.beacon,
      rpcs,
      broker: given.broker,
      account: given['broker-account'] === undefined ? undefined : readAccount(given['broker-account']),
      key: given.broker ? keyFromFile(given.key ?? proverKeyFile(home)) : undefined,
      listen: parseListen(given.listen),
      checkpoint: given.checkpoint && fromHex(given.checkpoint),
      checkpoints: given.checkpoints,
      images: given.images,
      signal,
      onEvent: event =>
        emit(event, [event.kind, event.node, event.code, event.message].filter(Boolean).join(' ')),
    });
    if (given.broker) note(`Boards at the broker are told its key: --prover-key ${running.key}`);
    note(`Boards ask at ${running.url}/light/v1/…, Prometheus at ${running.url}/metrics. Ctrl-C ends it.`);
    await new Promise<void>(resolve => {
      if (signal.aborted) resolve();
      else signal.addEventListener('abort', () => resolve(), { once: true });
    });
    await running.close();
    return { ok: true, url: running.url };
  },
  show: ({ url: ended }) => [`The prover at ${ended} has ended.`],
});

function parseListen(given: string): { host: string; port: number } {
  const [, host, digits] = /^(?:\[([0-9a-fA-F:]+)\]|[0-9A-Za-z.-]+):([0-9]{1,5})$/.exec(given) ?? [];
  const port = Number(digits);
  if (digits === undefined || port > 65_535)
    throw new Failure('listen', '--listen takes HOST:PORT, like 127.0.0.1:8600.');
  return { host: host ?? given.slice(0, given.lastIndexOf(':')), port };
}
