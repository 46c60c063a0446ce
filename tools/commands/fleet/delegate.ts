import { seeToFinality } from '../../board/finality.js';
import { defineCommand, flag, operand, toggle } from '../../cli/command.js';
import { action, address, duration } from '../../cli/kinds.js';
import { fleetFlags, mineFlag, signerFlags } from '../../settings/flags.js';
import { Settings } from '../../settings/settings.js';

const YEAR = 365 * 86_400;

export default defineCommand({
  summary: 'Let a plain key sign one action without a transaction each, or end that (signers)',
  example:
    'holdfast fleet delegate 0x90F79bf6EB2c4f870365E785982E1f101E93b906 relay.set --for 30d --signer a.json --signer b.json',
  operands: { delegate: operand(address, 'the key’s address'), action: operand(action, 'what it may sign') },
  flags: {
    ...fleetFlags,
    ...signerFlags,
    for: flag(duration(YEAR), 'how long from now (default 30d)', 30 * 86_400),
    revoke: toggle('end it instead'),
    ...mineFlag,
  },
  run: async input => {
    const { flags, operands } = input;
    const settings = new Settings(flags);
    const keys = await settings.signers(input, 'signers', flags.signer);
    const contracts = await settings.chainWith(keys[0]);
    const fleet = settings.need('fleet');
    const expiry = flags.revoke ? 0 : (await contracts.chain.now()) + flags.for;
    const listing = { ...operands, expiry };
    const { blockNumber, transactionHash } = await contracts.fleet.setDelegate(
      fleet,
      listing,
      await settings.authority(keys),
    );
    const { chainId } = contracts.chain;
    await seeToFinality(input, {
      rpc: settings.need('rpc'),
      chainId,
      block: blockNumber,
      mine: !flags['no-mine'],
    });
    return { ok: true, fleet, ...listing, blockNumber, transactionHash };
  },
  show: ({ action, delegate, expiry }) => [
    expiry === 0
      ? `${delegate} may sign ${action} no longer.`
      : `${delegate} may sign ${action} until ${new Date(expiry * 1000).toISOString()}.`,
  ],
});
