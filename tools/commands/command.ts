import { faultOfOrder } from '../app/checkOrder.js';
import { knownFace, runningApp } from '../app/knownFace.js';
import { SETTINGS_ACTIONS } from '../app/settingsFace.js';
import { linkAndSettle } from '../board/linkAndSettle.js';
import { openBoard, verifiedStatus } from '../board/openBoard.js';
import { receiptLine } from '../board/receipt.js';
import { trailLines } from '../board/trail.js';
import { defineCommand, flag, operand, optionalOperand, toggle } from '../cli/command.js';
import { Failure, UsageError } from '../cli/failure.js';
import { action, duration, params } from '../cli/kinds.js';
import { boardFlags, mineFlag, receiptsFlag, senderFlags, signerFlags, waitFlag } from '../settings/flags.js';
import { Settings } from '../settings/settings.js';

const DAY = 86_400;

export default defineCommand({
  summary: 'Command a board, and wait for its signed receipt',
  details:
    'Reads the board’s signed status, puts its challenge into an envelope, links the envelope to the board’s head on\n' +
    'chain, delivers it over the broker, and checks the receipt. The envelope is kept in .holdfast/envelopes first:\n' +
    'should this end early, holdfast deliver FILE sends it again. Irreversible actions need the fleet’s signers.\n' +
    'Where the face of the app that the board runs is known, by the release that the chain names, a wrong action or wrong\n' +
    'params are refused here, before anything is linked.',
  example: `holdfast command relay.set '{"on":true}'`,
  operands: {
    action: operand(action, 'what to do'),
    params: optionalOperand(params, 'with what; {} if left out'),
  },
  flags: {
    ...boardFlags,
    ...senderFlags,
    ...signerFlags,
    life: flag(duration(30 * DAY), 'how long the command is valid, 30d at most (default 1h)', 3600),
    ...waitFlag,
    delegate: toggle('sign as a delegate of the fleet instead of linking on chain'),
    'no-check': toggle('link it even where the app of the board is known to refuse it'),
    irreversible: toggle('class 1: signed by the fleet’s threshold'),
    unsealed: toggle('send the envelope for everybody at the broker to read'),
    ...mineFlag,
    ...receiptsFlag,
  },
  run: async input => {
    const { flags, note, operands, warn } = input;
    if (flags.irreversible && flags.delegate) {
      throw new UsageError(
        '--irreversible and --delegate exclude each other: delegates command only what can be undone.',
      );
    }
    if (operands.action === SETTINGS_ACTIONS.secrets) {
      throw new UsageError('A secret is no argument, since shells keep those: holdfast secret set NAME.');
    }
    const settings = new Settings(flags);
    const signers = flags.irreversible ? await settings.signers(input, 'signers', flags.signer) : undefined;
    const contracts = signers
      ? await settings.chainWith(signers[0])
      : await settings.chainAs(input, flags.delegate ? 'delegate' : 'operator', flags.keystore);
    const board = await openBoard(settings, contracts, input, { sends: true });
    try {
      const status = await verifiedStatus(board);
      const { address: device, status: lifecycle } = board.facts;
      note(`Board ${device}: image version ${status.version}, ${lifecycle}, sequence ${status.sequence}.`);
      if (lifecycle !== 'Active') {
        warn(`the device is ${lifecycle.toLowerCase()} on chain: it runs no command until it is active.`);
      }
      const { action, params = {} } = operands;
      const { delegate, life } = flags;
      if (!flags['no-check']) {
        const { home } = settings;
        const running = runningApp(board.facts, status);
        const face = await knownFace({ contracts, ...running, images: settings.find('images'), home });
        const fault = face && faultOfOrder(face, action, params, flags.irreversible);
        if (fault) throw new Failure('order', `${fault} Nothing was linked.`);
      }
      const order = { settings, contracts, board, status, action, params, life, signers, delegate };
      return { device, ...(await linkAndSettle(input, { ...order, flags })) };
    } finally {
      board.close();
    }
  },
  show: ({ action, answer, receipt, sequence }) => [
    `${action}, number ${sequence}: ${answer.verdict}${answer.code ? ` (${answer.code})` : ''}`,
    ...trailLines(answer),
    ...(receipt
      ? [
          `  → ${receiptLine(receipt)}`,
          `Signed by the board's key ${receipt.signer}${receipt.blockKnown ? `; block ${receipt.blockNumber} is the chain's` : ''}.`,
          ...(receipt.blockKnown === false
            ? [
                `The endpoint does not know the block that the receipt names: it, or the board's endpoints, follow another chain.`,
              ]
            : []),
        ]
      : ['The board gave no receipt: nothing was consumed. The lines above are its unsigned answer.']),
  ],
});
