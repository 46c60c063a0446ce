import { toHex } from '../../../firmware/bytes/hex.js';
import { approvalHash, encodeOffer } from '../../../firmware/update/offer.js';
import { openBoard, verifiedStatus } from '../../board/openBoard.js';
import { proveNowWhenAsked } from '../../board/proveNow.js';
import { type CheckedReceipt, checkReceipt, listenForReceipt, receiptLine } from '../../board/receipt.js';
import { keepReceipt } from '../../board/receiptLog.js';
import { settle } from '../../board/settle.js';
import { trailLines } from '../../board/trail.js';
import { defineCommand, flag, type Surroundings } from '../../cli/command.js';
import { Failure } from '../../cli/failure.js';
import { count, duration } from '../../cli/kinds.js';
import { crypto } from '../../operator/boardChannel.js';
import { channelOf, type LineName, lineFlag } from '../../release/line.js';
import { approvedOffer, offerOf } from '../../release/offerOf.js';
import { publishedRelease } from '../../release/published.js';
import { boardFlags, mineFlag, receiptsFlag } from '../../settings/flags.js';
import { Settings } from '../../settings/settings.js';

export default defineCommand({
  summary: 'Tell a board of a published image, and wait until it runs it',
  details:
    'An offer is only a hint: the board proves by itself that both sides want the image. A board that has just restarted\n' +
    'must first be shown what time it is: where an operator’s key is at hand, an order that does nothing (holdfast.now)\n' +
    'does it. After the restart into the new image the receipt names the hash of the bytes that run.',
  example: 'holdfast release offer --version 2',
  operands: {},
  flags: {
    ...boardFlags,
    version: flag(count(1, 0xffffffff), 'which version; the newest if left out'),
    ...lineFlag,
    wait: flag(duration(86_400), 'how long to wait (default 2m)', 120),
    ...mineFlag,
    ...receiptsFlag,
  },
  run: input => offerRelease(input, input.flags),
  show: result => {
    const { device, imageSha256, version } = result;
    if ('already' in result) return [`${device} runs version ${version} (${imageSha256}) already.`];
    return [
      `Version ${version}: ${result.answer.verdict}${result.answer.code ? ` (${result.answer.code})` : ''}`,
      ...trailLines(result.answer),
      ...(result.receipt ? [`  → ${receiptLine(result.receipt)}, image ${result.receipt.imageHash}`] : []),
      result.installed
        ? `${device} runs version ${version}: the hash of the bytes it executes is the published one.`
        : `${device} does not run version ${version}.`,
    ];
  },
});

/** The flags of the command, where another one offers. */
type Offering = ConstructorParameters<typeof Settings>[0] & {
  version: number | undefined;
  line: LineName;
  /** Seconds. */
  wait: number;
  'no-mine': boolean;
  receipts: string | undefined;
};

/** The hash of what an update installed: an app's is in the result, since the image that runs is the one before. */
function installedBy({ imageHash, result }: CheckedReceipt, line: LineName): string | undefined {
  if (line === 'image') return imageHash;
  const { image } = (result ?? {}) as { image?: unknown };
  return image instanceof Uint8Array ? toHex(image) : undefined;
}

/** Offers a published image and waits until the board runs it. @throws Failure `no_receipt`, and what board and chain throw */
export async function offerRelease(input: Surroundings, flags: Offering) {
  const { note } = input;
  const settings = new Settings(flags);
  const contracts = await settings.chain();
  const board = await openBoard(settings, contracts, input);
  try {
    const { address: device } = board.facts;
    const { line } = flags;
    const channel = channelOf(board.facts, line);
    const before = await verifiedStatus(board);
    const release = await publishedRelease(contracts, channel, flags.version);
    const [approval, running] =
      line === 'app'
        ? [board.facts.appApproval, before.app?.version ?? 0]
        : [board.facts.approval, before.version];
    const offer = approvedOffer(crypto, offerOf(channel, release), approval, running);
    const subject = approvalHash(crypto, offer);
    const about = {
      ...{ device, line },
      version: release.version,
      imageSha256: release.imageSha256,
      approval: toHex(subject),
    };
    const runs = line === 'app' ? before.app?.sha256 : before.imageHash;
    if (runs && toHex(runs) === release.imageSha256) {
      return { ok: true, ...about, installed: true, already: true };
    }
    const confirmation = listenForReceipt(board, subject);
    const stop = proveNowWhenAsked(input, { settings, board, subject, flags });
    const settled = await settle(input, {
      board,
      contracts,
      kind: 'offer',
      bytes: encodeOffer(offer),
      subject,
      waitSeconds: flags.wait,
      receipts: settings.receipts,
      remedy: 'Look at holdfast status and holdfast channel show.',
    }).finally(() => void stop());
    if (settled.answer.verdict !== 'accepted') return { ok: false, ...about, installed: false, ...settled };
    note('The board has the image and restarts into it.');
    input.progress?.(`waits until it runs version ${release.version}, ${flags.wait} s at most`);
    const seen = await confirmation.within(flags.wait * 1000);
    if (!seen) {
      const now = await verifiedStatus(board).catch(() => undefined);
      const isBack =
        line === 'image' && now !== undefined && toHex(now.imageHash) === toHex(before.imageHash);
      // Its receipt says so only once it has given the release up, after a second trial.
      const why = isBack
        ? `The board runs version ${now.version} again, as the new image did not confirm itself: it tries a release twice, so that the next holdfast release offer says the last word.`
        : 'The board did not confirm the new image in time: look at holdfast status later.';
      throw new Failure('no_receipt', why);
    }
    const { key } = await contracts.device.read(device);
    const receipt = await checkReceipt(contracts, key, seen);
    keepReceipt(settings.receipts, { chainId: contracts.chain.chainId, device }, seen);
    const installed = receipt.outcome === 'done' && installedBy(receipt, line) === release.imageSha256;
    return { ok: installed, ...about, installed, ...settled, receipt };
  } finally {
    board.close();
  }
}
