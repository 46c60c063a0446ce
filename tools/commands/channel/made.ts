import { seeToFinality } from '../../board/finality.js';
import { defineCommand, operand } from '../../cli/command.js';
import { bytesOfFile } from '../../cli/kinds.js';
import { LIST_BYTES_MAX, rootOfList } from '../../release/madeList.js';
import { channelFlags, mineFlag, signerFlags } from '../../settings/flags.js';
import { Settings } from '../../settings/settings.js';

export default defineCommand({
  summary: 'Tell a channel which boards its vendor made (release keys)',
  details:
    'The channel holds the Merkle root of the list. A board on it that left a release can halt the roll-out with its signed\n' +
    'receipt (release rollout --made), and no other board can. Keep the list: proofs are made from it, in its order.',
  example: 'holdfast channel made boards.txt --signer a.json --signer b.json',
  operands: { list: operand(bytesOfFile(LIST_BYTES_MAX), 'a Device’s address a line') },
  flags: { ...channelFlags, ...signerFlags, ...mineFlag },
  run: async input => {
    const settings = new Settings(input.flags);
    const { boards, root } = rootOfList(Buffer.from(input.operands.list).toString());
    const keys = await settings.signers(input, 'releaseKeys', input.flags.signer);
    const contracts = await settings.chainWith(keys[0]);
    const channel = settings.need('channel');
    const authority = await settings.authority(keys);
    const { blockNumber, transactionHash } = await contracts.channel.setManufacture(channel, root, authority);
    const { chainId } = contracts.chain;
    const mine = !input.flags['no-mine'];
    await seeToFinality(input, { rpc: settings.need('rpc'), chainId, block: Number(blockNumber), mine });
    return { ok: true, channel, boards, root, blockNumber, transactionHash };
  },
  show: ({ boards, channel, root }) => [
    `Channel ${channel} knows ${boards} boards of its vendor by the root ${root}.`,
  ],
});
