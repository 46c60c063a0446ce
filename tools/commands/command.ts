import { MAXIMUM_PARAMS } from '../../firmware/app/params.js';
import { fromHex, toHex } from '../../firmware/bytes/hex.js';
import { CommandClass, type Envelope } from '../../firmware/command/envelope.js';
import { keepEnvelope } from '../board/envelopeFile.js';
import { DEVELOPMENT_CHAIN, seeToFinality } from '../board/finality.js';
import { openBoard, verifiedStatus } from '../board/openBoard.js';
import { receiptLine } from '../board/receipt.js';
import { settle } from '../board/settle.js';
import { trailLines } from '../board/trail.js';
import { defineCommand, flag, operand, optionalOperand, toggle } from '../cli/command.js';
import { UsageError } from '../cli/failure.js';
import { action, duration, json } from '../cli/kinds.js';
import { deliveryOf, directEnvelope, hashOf } from '../operator/order.js';
import { boardFlags, receiptsFlag, Settings, senderFlags, signerFlags } from '../settings.js';

const DAY = 86_400;

export default defineCommand({
  summary: 'Command a board, and wait for its signed receipt',
  details:
    'Reads the board’s signed status, puts its challenge into an envelope, links the envelope to the board’s head on\n' +
    'chain, delivers it over the broker, and checks the receipt. The envelope is kept in .holdfast/envelopes first:\n' +
    'should this end early, holdfast deliver FILE sends it again. Irreversible actions need the fleet’s signers.',
  example: `holdfast command relay.set '{"on":true}'`,
  operands: {
    action: operand(action, 'what to do'),
    params: optionalOperand(json, 'with what; {} if left out'),
  },
  flags: {
    ...boardFlags,
    ...senderFlags,
    ...signerFlags,
    life: flag(duration(30 * DAY), 'how long the command is valid, 30d at most (default 1h)', 3600),
    wait: flag(
      duration(DAY),
      'how long to wait for the board (default 60s, 40m on a chain with real finality)',
    ),
    irreversible: toggle('class 1: signed by the fleet’s threshold'),
    'no-mine': toggle('do not mine a development chain to finality'),
    ...receiptsFlag,
  },
  run: async input => {
    const { flags, note } = input;
    const settings = new Settings(flags);
    const body = flags.irreversible ? await settings.signers(input, 'signers', flags.signer) : undefined;
    const contracts = body
      ? await settings.chainWith(body[0])
      : await settings.chainAs(input, 'operator', flags.keystore);
    const { chainId } = contracts.chain;
    const board = await openBoard(settings, contracts, input);
    try {
      const status = await verifiedStatus(board);
      const device = board.facts.address;
      const { fleet } = board.facts;
      const place = { chainId, device, fleet };
      const { key: sender } = contracts;
      note(
        `Board ${device}: image version ${status.version}, ${board.facts.status}, sequence ${status.sequence}.`,
      );
      if (board.facts.status !== 'Active') {
        input.warn(
          `the device is ${board.facts.status.toLowerCase()} on chain: it will not run commands until it is active.`,
        );
      }

      const now = await contracts.chain.now();
      const notBefore = Math.max(now, status.storeBirth);
      const wish = {
        action: input.operands.action,
        params: input.operands.params ?? {},
        notBefore,
        notAfter: notBefore + flags.life,
        challenge: status.challenge,
      };
      const routine = await directEnvelope(contracts, place, wish);
      const envelope: Envelope = body
        ? { ...routine, class: CommandClass.irreversible, operator: fromHex(fleet, 20)! }
        : routine;
      if (envelope.params.length > MAXIMUM_PARAMS) {
        throw new UsageError(
          `PARAMS are ${envelope.params.length} bytes as CBOR, ${MAXIMUM_PARAMS} at most.`,
        );
      }
      const hash = hashOf(place, envelope);
      const bytes = deliveryOf(envelope);
      const file = keepEnvelope(hash, bytes);

      const commandHash = toHex(hash) as `0x${string}`;
      const request = {
        fleet,
        device,
        commandHash,
        notAfter: envelope.notAfter,
        sequence: envelope.sequence,
      };
      const { link, sent } = body
        ? await contracts.fleet.appendIrreversible(request, await settings.authority(body))
        : await contracts.fleet.append(request);
      note(`Linked as number ${link.sequence} in block ${sent.blockNumber} by ${sender.address}.`);
      const rpc = settings.need('rpc');
      await seeToFinality(input, { rpc, chainId, block: sent.blockNumber, mine: !flags['no-mine'] });

      const patience = flags.wait ?? (chainId === DEVELOPMENT_CHAIN ? 60 : 2400);
      const remedy = `The command stays on chain until ${new Date(envelope.notAfter * 1000).toISOString()}; deliver it again with holdfast deliver ${file}, and look at holdfast status.`;
      const settled = await settle(input, {
        board,
        contracts,
        kind: 'envelope',
        bytes,
        subject: hash,
        patience,
        receipts: flags.receipts,
        remedy,
      });
      return {
        ok: settled.receipt?.outcome === 'done',
        device,
        action: envelope.action,
        envelopeHash: commandHash,
        sequence: link.sequence,
        transactionHash: sent.transactionHash,
        blockNumber: sent.blockNumber,
        ...settled,
      };
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
