import { registeredDevice } from '../../board/registered.js';
import { offerClaimCode } from '../../claim/offer.js';
import { defineCommand, flag, toggle } from '../../cli/command.js';
import { UsageError } from '../../cli/failure.js';
import { path } from '../../cli/kinds.js';
import { chainFlags, deviceOperand, senderFlags } from '../../settings/flags.js';
import { Settings } from '../../settings/settings.js';

export default defineCommand({
  summary: 'Make a claim code for a board’s box, so that whoever buys it can claim it (owner)',
  details:
    'Offers the board on chain to a fresh claim key and prints its secret, as text and as a QR. Whoever has the code and\n' +
    'the board itself can claim it (holdfast device claim); neither a photograph of the code nor the board alone does.\n' +
    'A further code replaces the one before; holdfast device transfer --cancel ends it. The code is kept nowhere else.',
  example: 'holdfast device claim-code --label label.svg',
  operands: { ...deviceOperand },
  flags: {
    ...chainFlags,
    ...senderFlags,
    label: flag(path, 'a new file for the label to print, SVG'),
    file: flag(path, 'a new file for the code'),
    'show-code': toggle('with --json: put the code into the document'),
  },
  run: async input => {
    const { flags, operands } = input;
    if (input.json && !flags['show-code'] && !flags.file && !flags.label) {
      throw new UsageError(
        'With --json the code would be lost: add --label FILE, --file FILE, or --show-code, which puts it into the document.',
      );
    }
    const settings = new Settings({ ...flags, device: operands.device });
    const contracts = await settings.chainAs(input, 'owner', flags.keystore);
    const device = settings.need('device');
    const { pendingByClaim, pendingOwner } = await registeredDevice(contracts, device);
    const { file, label } = flags;
    const offered = await offerClaimCode(contracts, device, { file, label });
    if (pendingByClaim)
      input.note(`The code before it, of the claim key ${pendingOwner}, is worth nothing now.`);
    const code = flags['show-code'] ? offered.reveal() : undefined;
    const { claimKey } = offered;
    const { blockNumber, transactionHash } = offered.sent;
    return { ok: true, device, claimKey, blockNumber, transactionHash, code, file, label, offered };
  },
  show: ({ blockNumber, claimKey, device, file, label, offered }) => [
    ...offered.lines(),
    `Device       ${device}`,
    `It is offered to the claim key ${claimKey} since block ${blockNumber}. Whoever reads the code can claim the board together with the board: treat it like a key to the box.`,
    ...[file, label].flatMap(path => (path ? [`Written to ${path}, mode 0600.`] : [])),
    `Next, by the buyer, who holds the board: holdfast device claim ${device}`,
  ],
});
