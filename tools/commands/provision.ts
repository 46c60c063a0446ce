import { SLEEP_SECONDS_MAX } from '../../firmware/trust/configuration.js';
import { accessFor, accessParameters } from '../board/accessFile.js';
import { seeToFinality } from '../board/finality.js';
import { plainKeyWarning } from '../board/owner.js';
import { type OfferedCode, offerClaimCode } from '../claim/offer.js';
import { defineCommand, flag, flags as many, type Surroundings, toggle } from '../cli/command.js';
import { Failure, UsageError } from '../cli/failure.js';
import { address, count, duration, type Hex, hash, oneOf, path, publicKey, url } from '../cli/kinds.js';
import type { BoardConsole } from '../console/boardConsole.js';
import { consoleFlags, openConsole } from '../console/open.js';
import { configure, type Initial, identify, possess } from '../console/provisioning.js';
import { type TrustFlags, trustFrom } from '../console/trust.js';
import { signingKey } from '../keys/signingKeys.js';
import { chainFlags, connectionFlags, imagesFlag, mineFlag, senderFlags } from '../settings/flags.js';
import { existing, Settings } from '../settings/settings.js';

/** Life of a possession proof; the protocol allows an hour. */
const PROOF_SECONDS = 1800;

export default defineCommand({
  summary: 'Register a board from its console: trust, possession proof, Device, activation',
  details:
    'Tells the board whom to trust, has it sign that it holds its key and agrees to owner, fleet and channel, registers\n' +
    'it with that proof and activates it. What was done before is not done again. The console is that of a simulated\n' +
    'board in a directory (--board), of a chip (--serial), or of the running simulator.',
  example: 'holdfast provision --board boards/1 --owner 0xf39Fd6e51aad88F6F4ce6aB8827279cffFb92266',
  operands: {},
  flags: {
    ...chainFlags,
    ...senderFlags,
    ...imagesFlag,
    ...connectionFlags,
    ...consoleFlags,
    broker: flag(url('mqtt', 'mqtts'), 'the MQTT broker the board is to use'),
    owner: flag(address, 'who will own it'),
    fleet: flag(address, 'the fleet it will obey'),
    channel: flag(address, 'the release channel it will follow'),
    endpoint: many(url('http', 'https'), 'a chain endpoint for the board (default: --rpc)'),
    'one-socket': toggle(
      'no endpoints: it asks provers for everything but images, without --prover the one behind the broker alone ' +
        '(with --beacon)',
    ),
    quorum: flag(count(1, 8), 'how many of those must agree (default: all)'),
    profile: flag(oneOf('development', 'production'), 'how strict the board is', 'development'),
    level: flag(
      count(1, 4),
      'least header trust for updates and lifecycle (default 4 with --beacon, else 1, in production 3)',
    ),
    'command-level': flag(count(1, 4), 'least header trust for commands (default 4 with --beacon, else 1)'),
    prover: many(
      url('http', 'https'),
      'a prover for the board: it is believed nothing, and has what must be shown',
    ),
    beacon: flag(url('http', 'https'), 'a beacon node that says what chain it is, for level 4'),
    checkpoint: flag(hash, 'root of the final beacon block to begin at (default: that node’s newest)'),
    'max-sleep': flag(
      duration(SLEEP_SECONDS_MAX),
      'after this long asleep a checkpoint of the fleet’s keys is needed (default and at most 7d)',
      SLEEP_SECONDS_MAX,
    ),
    'stand-in': toggle(
      'at level 4: while the chain’s finality stalls, checkpoint and endpoints together may do',
    ),
    'maximum-age': flag(duration(7 * 86_400), 'how old a final block may be (default 1h)', 3600),
    'telemetry-key': flag(
      publicKey,
      'key that results are sealed to where no sender names one (holdfast key telemetry makes it)',
    ),
    'claim-label': flag(path, 'also make a claim code, and write its label to this new file (as the owner)'),
    'claim-file': flag(path, 'also make a claim code, and write it to this new file (as the owner)'),
    'no-activate': toggle('leave it provisioned; a provisioner activates it later'),
    ...mineFlag,
  },
  run: async input => {
    const { flags, note } = input;
    const settings = new Settings(flags);
    const contracts = await connectAsPayer(input, settings, flags.keystore);
    const owner = flags.owner ?? settings.project?.owner;
    if (!owner) throw new UsageError('holdfast provision needs --owner ADDRESS: who will own the board.');
    const initial = { owner, fleet: settings.need('fleet'), channel: settings.need('channel') };
    const { hardware } = await existing(
      contracts.channel.read(initial.channel),
      `release channel at ${initial.channel}`,
    );
    await plainKeyWarning(input, contracts, owner);
    const console = await openConsole('provision', input, settings);
    try {
      input.progress?.('asks the board at its console');
      const identity = await identify(console);
      const { device, image, version } = identity;
      note(`The board's key is ${identity.key}, so its Device is ${device}.`);
      refuseOtherHardware(identity.hardware, hardware);
      const before = await contracts.device.read(device);
      if (before.exists) note(`It is registered already: ${before.status}.`);
      else await register({ flags, note, settings, contracts, console, key: identity.key, device, initial });
      if (!flags['no-activate'] && (await activate(input, settings, contracts, device))) note('Activated.');
      const claim = await offerClaim(input, settings, contracts, device);
      await seeToFinality(input, {
        rpc: settings.need('rpc'),
        chainId: contracts.chain.chainId,
        block: Number(await contracts.chain.client.getBlockNumber()),
        mine: !flags['no-mine'],
      });
      const facts = await contracts.device.read(device);
      return {
        ok: true,
        ...facts,
        registered: !before.exists,
        image,
        version,
        claimKey: claim?.claimKey,
        claim,
      };
    } finally {
      await console.close();
    }
  },
  show: ({ address: device, channel, claim, fleet, key, owner, status }) => [
    `Device   ${device}: ${status}`,
    `Key      ${key}`,
    `Owner    ${owner}`,
    `Fleet    ${fleet}`,
    `Channel  ${channel}`,
    ...(claim?.lines() ?? []),
  ],
});

type Payer = Awaited<ReturnType<Settings['chainAs']>>;

/** As the deployer, or as the owner where there is no deployer's key: anybody may pay for a registration. */
async function connectAsPayer(
  surroundings: Surroundings,
  settings: Settings,
  keystore: string | undefined,
): Promise<Payer> {
  try {
    return await settings.chainAs(surroundings, 'deployer', keystore);
  } catch (error) {
    if (!(error instanceof Failure) || error.code !== 'no_key') throw error;
    return settings.chainAs(surroundings, 'owner', keystore);
  }
}

function refuseOtherHardware(ofBoard: Hex, ofChannel: Hex): void {
  if (ofBoard === ofChannel) return;
  throw new Failure(
    'hardware',
    `The board is hardware ${ofBoard}, the channel is for ${ofChannel}: it could never be updated.`,
  );
}

interface Registration {
  flags: Omit<
    TrustFlags,
    'endpoints' | 'provers' | 'maximumSleep' | 'maximumAge' | 'commandLevel' | 'standIn' | 'telemetryKey'
  > & {
    endpoint: readonly string[];
    prover: readonly string[];
    'max-sleep': number;
    'maximum-age': number;
    'command-level'?: number;
    'stand-in': boolean;
    'one-socket': boolean;
    'prover-key'?: Hex;
    'image-floor'?: number;
    'telemetry-key'?: Hex;
  };
  note(line: string): void;
  settings: Settings;
  contracts: Payer;
  console: BoardConsole;
  /** Address of the board's key. */
  key: Hex;
  /** Address of its Device. */
  device: Hex;
  initial: Initial;
}

/** The chain endpoints of the board; none where one socket has to do. @throws UsageError where nobody would be left to ask */
function endpointsOf(flags: Registration['flags'], settings: Settings): readonly string[] {
  if (!flags['one-socket']) return flags.endpoint.length > 0 ? flags.endpoint : [settings.need('rpc')];
  if (flags.endpoint.length > 0)
    throw new UsageError('--one-socket is without endpoints: leave --endpoint out.');
  if (!flags.beacon)
    throw new UsageError('--one-socket needs --beacon URL: without endpoints only level 4 speaks.');
  if (flags.prover.length === 0 && !flags['prover-key'])
    throw new UsageError('--one-socket needs --prover-key, or --prover URL: whom should the board ask?');
  return [];
}

/** Tells the board whom to trust, takes its possession proof, and registers its Device with that proof. */
async function register({
  console,
  contracts,
  device,
  flags,
  initial,
  key,
  note,
  settings,
}: Registration): Promise<void> {
  const endpoints = endpointsOf(flags, settings);
  const trust = {
    ...flags,
    endpoints,
    provers: flags.prover,
    maximumSleep: flags['max-sleep'],
    maximumAge: flags['maximum-age'],
    commandLevel: flags['command-level'],
    standIn: flags['stand-in'],
    telemetryKey: flags['telemetry-key'],
  };
  const configuration = await trustFrom(trust, contracts, initial.fleet, note);
  const connections = {
    broker: settings.need('broker'),
    images: [settings.need('images')],
    access: accessParameters(accessFor(settings.home, device)),
    ...(flags['prover-key'] && { proverKey: flags['prover-key'] }),
    ...(flags['image-floor'] !== undefined && { imageFloor: flags['image-floor'] }),
  };
  const trustConfiguration = await configure(console, configuration, connections);
  note(`It trusts ${endpoints.length} endpoints (${trustConfiguration}).`);
  const deadline = (await contracts.chain.now()) + PROOF_SECONDS;
  const proof = await possess(console, contracts, key, { ...initial, trustConfiguration, deadline });
  const { sent } = await contracts.factory.register(proof.possession, proof.signature);
  note(`Registered by its own proof in block ${sent.blockNumber}.`);
}

/** Offers the board to a claim code, where a file for it was named. */
async function offerClaim(
  input: Surroundings & { flags: { keystore?: string; 'claim-file'?: string; 'claim-label'?: string } },
  settings: Settings,
  contracts: Payer,
  device: Hex,
): Promise<OfferedCode | undefined> {
  const { 'claim-file': file, 'claim-label': label, keystore } = input.flags;
  if (file === undefined && label === undefined) return undefined;
  const { owner } = await contracts.device.read(device);
  const asOwner =
    contracts.key.address === owner ? contracts : await settings.chainAs(input, 'owner', keystore);
  return offerClaimCode(asOwner, device, { file, label });
}

/** Makes a provisioned Device active, as its owner or else as a provisioner of its fleet; false when it is no longer. */
async function activate(
  surroundings: Surroundings,
  settings: Settings,
  contracts: Payer,
  device: Hex,
): Promise<boolean> {
  const { fleet, owner, status } = await contracts.device.read(device);
  if (status !== 'Provisioned') return false;
  if (owner === contracts.key.address) {
    await contracts.device.setStatus(device, 'Active', 'Provisioned');
  } else {
    const key = await signingKey(surroundings, { role: 'provisioner', project: settings.project });
    await (await settings.chainWith(key)).fleet.activate(fleet, device);
  }
  return true;
}
