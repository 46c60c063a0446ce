import { seeToFinality } from '../../board/finality.js';
import { registeredDevice } from '../../board/registered.js';
import { defineCommand, optionalOperand, toggle } from '../../cli/command.js';
import { UsageError } from '../../cli/failure.js';
import { address } from '../../cli/kinds.js';
import { deviceFlags, mineFlag, senderFlags } from '../../settings/flags.js';
import { Settings } from '../../settings/settings.js';

const NONE = `0x${'00'.repeat(20)}` as const;

export default defineCommand({
  summary: 'Name the channel of a board’s apps (owner)',
  details:
    'A board whose image takes app images installs those of this channel, beside its image, once each is approved\n' +
    '(holdfast release approve --line app). The channel’s hardware id is that of an app image (channel create --like).\n' +
    'Another channel clears the approval; the board takes apps of another channel than its first only from a new owner.\n' +
    '--none names no channel: the app that is installed runs on, and none is installed any more.',
  example: 'holdfast device app-line 0x5FbDB2315678afecb367f032d93F642f64180aa3',
  operands: { channel: optionalOperand(address, 'the release channel of the apps') },
  flags: { ...deviceFlags, ...senderFlags, none: toggle('no channel'), ...mineFlag },
  run: async input => {
    const { flags, operands } = input;
    const channel = flags.none ? NONE : operands.channel;
    if (channel === undefined || (flags.none && operands.channel !== undefined))
      throw new UsageError('holdfast device app-line takes a channel, or --none.');
    const settings = new Settings(flags);
    const contracts = await settings.chainAs(input, 'owner', flags.keystore);
    const device = settings.need('device');
    await registeredDevice(contracts, device);
    const { blockNumber, transactionHash } = await contracts.device.setAppChannel(device, channel);
    const { chainId } = contracts.chain;
    const mine = !flags['no-mine'];
    await seeToFinality(input, { rpc: settings.need('rpc'), chainId, block: Number(blockNumber), mine });
    return { ok: true, device, appChannel: channel, blockNumber, transactionHash };
  },
  show: ({ appChannel, device }) => [
    appChannel === NONE ? `${device} takes no apps.` : `${device} takes apps of the channel ${appChannel}.`,
  ],
});
