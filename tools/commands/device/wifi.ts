import { parseNetwork } from '../../../firmware/esp32/wifiSettings.js';
import { openBoard } from '../../board/openBoard.js';
import { orderNetwork } from '../../board/orderNetwork.js';
import { receiptLine } from '../../board/receipt.js';
import { readBoundedFile } from '../../cli/boundedFile.js';
import { defineCommand, flag, operand } from '../../cli/command.js';
import { UsageError } from '../../cli/failure.js';
import { path, text } from '../../cli/kinds.js';
import { boardFlags, mineFlag, receiptsFlag, signerFlags, waitFlag } from '../../settings/flags.js';
import { Settings } from '../../settings/settings.js';

/** Bytes of a password, and a line's end. */
const PASSWORD_FILE_BYTES_MAX = 128;

export default defineCommand({
  summary: 'Give a board another Wi-Fi without losing it: on trial, the old one back in minutes (signers)',
  details:
    'The board joins the network and keeps it once it reaches its broker by it; after five minutes, or a restart, it is\n' +
    'back on the one that it had. The password is read from a file, travels sealed to the board, and is in no log and no\n' +
    'receipt. At the console of a board: method wifi {ssid, password}.',
  example: 'holdfast device wifi workshop --password-file wifi.txt --signer alice.json --signer bob.json',
  operands: { ssid: operand(text('SSID'), 'the name of the network') },
  flags: {
    ...boardFlags,
    'password-file': flag(path, 'a file with the password; without one the network is open'),
    ...signerFlags,
    ...waitFlag,
    ...mineFlag,
    ...receiptsFlag,
  },
  run: async input => {
    const { flags, operands } = input;
    const file = flags['password-file'];
    const password = file === undefined ? '' : passwordIn(file);
    const network = parseNetwork({ ssid: operands.ssid, password });
    if (typeof network === 'string') throw new UsageError(`That is no network: ${network}.`);
    const settings = new Settings(flags);
    const signers = await settings.signers(input, 'signers', flags.signer);
    const contracts = await settings.chainWith(signers[0]);
    const board = await openBoard(settings, contracts, input, { sends: true });
    try {
      const { change, order } = await orderNetwork(input, {
        ...{ settings, contracts, board, signers, network, flags },
      });
      return { ok: change === 'kept', device: board.facts.address, ssid: network.ssid, change, order };
    } finally {
      board.close();
    }
  },
  show: ({ change, device, order, ssid }) => [
    ...(order.receipt
      ? [receiptLine(order.receipt)]
      : [`${order.answer.verdict}: ${order.answer.evidence ?? ''}`]),
    change === 'kept'
      ? `${device} is on ${ssid} from now on.`
      : change === 'back'
        ? `${ssid} did not lead to the broker: ${device} is on its old network again.`
        : `${device} did not say what came of it: see holdfast monitor.`,
  ],
});

/** The first line of a file. */
const passwordIn = (file: string): string =>
  new TextDecoder().decode(readBoundedFile(file, PASSWORD_FILE_BYTES_MAX)).split(/\r?\n/)[0];
