import { registeredDevice } from '../../board/registered.js';
import { refuseStatus } from '../../board/setStatus.js';
import { showChange, shownLine } from '../../board/shownChange.js';
import { defineCommand, operand } from '../../cli/command.js';
import { address } from '../../cli/kinds.js';
import { proofFlags, senderFlags, signerFlags } from '../../settings/flags.js';
import { Settings } from '../../settings/settings.js';

export default defineCommand({
  summary: 'Retire a board for ever (owner, together with its fleet’s signers)',
  details:
    'Once that is final the board says so for the last time, and erases its key, its trust and its journal. Nothing and\n' +
    'nobody takes that back; whoever has the board can only provision it anew, as another one.\n' +
    'So the board is always named, and never taken from the project file.',
  example:
    'holdfast device retire 0x5FbDB2315678afecb367f032d93F642f64180aa3 --signer alice.json --signer bob.json',
  operands: { device: operand(address, "the board's Device contract") },
  flags: { ...proofFlags, ...senderFlags, ...signerFlags },
  run: async input => {
    const { flags, operands } = input;
    const { device } = operands;
    const settings = new Settings({ ...flags, device });
    const signers = await settings.signers(input, 'signers', flags.signer);
    const contracts = await settings.chainAs(input, 'owner', flags.keystore);
    const before = await registeredDevice(contracts, device);
    refuseStatus(before, 'Retired');
    const authority = await settings.authority(signers);
    const { blockNumber, transactionHash } = await contracts.device.retire(device, authority);
    input.note(`${device} is retired on chain since block ${blockNumber}.`);
    const shown = await showChange(input, { settings, contracts, device, block: blockNumber, flags });
    return { ok: true, device, from: before.status, status: 'Retired', blockNumber, transactionHash, shown };
  },
  show: ({ blockNumber, device, shown }) => [
    `${device} is retired since block ${blockNumber}, for ever.`,
    shownLine(shown),
  ],
});
