import { IMAGE_BYTES_MAX } from '../../firmware/store/imageHeader.js';
import { SLEEP_SECONDS_MAX } from '../../firmware/trust/configuration.js';
import { seeToFinality } from '../board/finality.js';
import { plainKeyWarning } from '../board/owner.js';
import { type OfferedCode, offerClaimCode } from '../claim/offer.js';
import { defineCommand, flag, flags as many, type Surroundings, toggle } from '../cli/command.js';
import { UsageError } from '../cli/failure.js';
import {
  address,
  bytesOfFile,
  count,
  duration,
  type Hex,
  hash,
  oneOf,
  path,
  publicKey,
  text,
  url,
} from '../cli/kinds.js';
import { consoleFlags, openConsole } from '../console/open.js';
import { identify } from '../console/provisioning.js';
import { runProduction, showProduction } from '../production/production.js';
import {
  activate,
  connectAsPayer,
  type Payer,
  refuseOtherHardware,
  register,
} from '../production/registration.js';
import { chainFlags, connectionFlags, imagesFlag, mineFlag, senderFlags } from '../settings/flags.js';
import { existing, Settings } from '../settings/settings.js';

export default defineCommand({
  summary: 'Register a board from its console: trust, possession proof, Device, activation',
  details:
    'Tells the board whom to trust, has it sign that it holds its key and agrees to owner, fleet and channel, registers\n' +
    'it with that proof and activates it. What was done before is not done again. The console is that of a simulated\n' +
    'board in a directory (--board), of a chip (--serial), or of the running simulator.\n' +
    'With --csv it is a production line: boards of a list at one or several ports, flashed if asked, each with a label; one\n' +
    'that fails is skipped, and a journal says what was done, so that the same command goes on where it ended.',
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
    csv: flag(path, 'make all boards of this list: columns serial, and if wanted port and owner'),
    port: many(
      text('PORT'),
      'with --csv: a serial line (or a simulated board) where boards come, one after another',
    ),
    journal: flag(path, 'with --csv: what was done (default: beside the list)'),
    labels: flag(
      path,
      'with --csv: also make claim codes, and labels to print in this folder (as the owner)',
    ),
    'next-board': flag(
      duration(86_400),
      'with --csv: how long the next board may take to come (default 10m)',
      600,
    ),
    answer: flag(duration(600), 'with --csv: how long a board may take to answer (default 30s)', 30),
    image: flag(bytesOfFile(IMAGE_BYTES_MAX), 'with --csv: the image that is written into each chip first'),
    build: flag(path, 'with --image: where ESP-IDF’s files of the chip lie'),
    baud: flag(count(9600, 2_000_000), 'with --image: bits a second once the chip’s loader answers', 460_800),
    erase: toggle('with --image: erase each chip first'),
    unreleased: toggle('with --image: also one that no release channel names'),
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
    if (flags.csv !== undefined) {
      refuseSingle(flags);
      return runProduction({
        ...input,
        flags: { ...flags, csv: flags.csv },
        settings,
        contracts,
        initial,
        hardware,
      });
    }
    refuseListed(flags);
    const console = await openConsole('provision', input, settings);
    try {
      input.progress?.('asks the board at its console');
      const identity = await identify(console);
      const { device, image, version } = identity;
      note(`The board's key is ${identity.key}, so its Device is ${device}.`);
      refuseOtherHardware(identity.hardware, hardware);
      const before = await contracts.device.read(device);
      if (before.exists) note(`It is registered already: ${before.status}.`);
      else await register({ flags, note, settings, contracts, console, identity, initial });
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
  show: result => {
    if ('boards' in result) return showProduction(result);
    const { address: device, channel, claim, fleet, key, owner, status } = result;
    return [
      `Device   ${device}: ${status}`,
      `Key      ${key}`,
      `Owner    ${owner}`,
      `Fleet    ${fleet}`,
      `Channel  ${channel}`,
      ...(claim?.lines() ?? []),
    ];
  },
});

/** @throws UsageError for a flag of one board beside a list */
function refuseSingle(
  flags: Partial<Record<'board' | 'serial' | 'claim-file' | 'claim-label', unknown>>,
): void {
  for (const name of ['board', 'serial', 'claim-file', 'claim-label'] as const)
    if (flags[name] !== undefined)
      throw new UsageError(`--${name} is for one board: with --csv give --port PORT and --labels DIRECTORY.`);
}

/** @throws UsageError for a flag of a list without one */
function refuseListed(flags: {
  port: readonly string[];
  image?: unknown;
  journal?: unknown;
  labels?: unknown;
}): void {
  const given = { ...flags, port: flags.port[0] };
  for (const name of ['port', 'journal', 'labels', 'image'] as const)
    if (given[name] !== undefined)
      throw new UsageError(
        `--${name} is for a list of boards: add --csv FILE, or name one board with --serial PORT.`,
      );
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
