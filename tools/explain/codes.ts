/** The codes of a rejected verdict: a board saw something that is wrong, and says what. */

import type { UpdateCode as FinalityCode } from '../../firmware/beacon/checks.js';
import type { WitnessCode } from '../../firmware/bytes/verdict.js';
import type { CommandCode } from '../../firmware/command/judge.js';
import type { HttpOutcome } from '../../firmware/rpc/exchange.js';
import type { UpdateCode } from '../../firmware/update/decide.js';
import type { Table } from './explanation.js';

type HttpCode = Extract<HttpOutcome, { verdict: 'rejected' }>['code'];

/** The remark of receipts that have no code of their own (firmware/device/openFloors.ts). */
type Remark = 'floor_lowered';

export type Code = CommandCode | FinalityCode | HttpCode | Remark | UpdateCode | WitnessCode;

const otherEndpoint =
  'Nothing at the board: it asks another endpoint by itself. If the same endpoint does it again, replace it in the ' +
  'trust configuration (holdfast status names the endpoint).';

export const codes: Table<Code> = {
  floor_lowered: {
    meaning:
      'The receipt is as good as any, and says more: since its restart the board was shown a fresh block that is more than a day older than what it had been shown before.',
    likely:
      'A block of the future was forged once and is corrected now; or operators signed an old block, against the warning of holdfast checkpoint.',
    remedy:
      'Compare the block of the receipt with your own node: if it is old, the checkpoint keys are not in good hands.',
  },
  header_mismatch: {
    meaning: 'The block header in the witness does not hash to the block hash that the board trusts.',
    likely: 'An endpoint is on another fork, is faulty, or lies.',
    remedy: otherEndpoint,
  },
  proof_invalid: {
    meaning:
      'A proof does not verify: an account, a storage slot, a branch, or the signature of a committee.',
    likely: 'An endpoint or a prover is faulty, or lies; it cannot forge, so the answer has no other effect.',
    remedy: otherEndpoint,
  },
  code_mismatch: {
    meaning:
      'The account that was proven does not run the code of a genuine Device, Fleet or ReleaseChannel.',
    likely:
      'The fleet or channel was set to a foreign contract, or the board is of another generation of contracts.',
    remedy:
      'Compare the addresses with holdfast fleet show and holdfast channel show; the owner sets a genuine one.',
  },
  wrong_answer: {
    meaning:
      'The witness answers another question: another account, slot, block or chain than the board asked for.',
    likely: 'An endpoint behind a proxy mixes up answers, or lies.',
    remedy: otherEndpoint,
  },
  malformed: {
    meaning: 'The bytes are not what they claim to be: wrong form, too long, or too deep.',
    likely:
      'A message of another version, a damaged file, junk from somebody at the broker, or a release whose manifest is not the one of its image.',
    remedy:
      'If you sent it: send it again with holdfast command of the version that fits the board (holdfast status). Publish a release with the manifest that holdfast image build wrote.',
  },
  oversized: {
    meaning: 'An HTTP answer is longer than the question allows; it was cut off without being stored.',
    likely: 'An endpoint answers with an error page, or tries to fill the memory of the board.',
    remedy: otherEndpoint,
  },
  equivocation: {
    meaning: 'The sync committee signed two different final blocks for one height.',
    likely: 'A fault of consensus, or keys of two thirds of a committee in wrong hands.',
    remedy:
      'Level 4 waits until level 3 has spoken. Without endpoints and checkpoint keys: provision anew at the console.',
  },
  not_anchored: {
    meaning: 'No link on chain commits to this envelope.',
    likely: 'The envelope was changed on its way, was never linked, or another one was linked in its place.',
    remedy:
      'Order again with holdfast command. If you kept the envelope, holdfast deliver sends it unchanged.',
  },
  replayed: {
    meaning: 'The board has consumed this envelope before; it answers with the receipt that it gave then.',
    likely: 'The same message was delivered twice, which does no harm.',
    remedy: 'Read the stored receipt: it says what came of the order. To order it again, send a new command.',
  },
  wrong_target: {
    meaning: 'The envelope is addressed to another board.',
    likely: 'It was published under the topic of this board by mistake.',
    remedy: 'Send it to the Device that it names (holdfast deliver --device ADDRESS).',
  },
  expired: {
    meaning: 'The time of the envelope is over: the board never runs it any more.',
    likely: 'The board was switched off or cut off for longer than the order was good for.',
    remedy: 'Order again with holdfast command, with a longer --life if the board sleeps long.',
  },
  not_yet: {
    meaning:
      'The time of the envelope has not begun, or it follows an order that the board has not consumed yet.',
    likely: 'A notBefore in the future, or a delegate who was ahead of the operator.',
    remedy: 'Send the envelope again later: holdfast deliver.',
  },
  void: {
    meaning: 'The envelope belongs to an epoch, a batch or a position that is over.',
    likely: 'Owner, fleet or key changed since it was made, or somebody bumped the epoch on purpose.',
    remedy: 'Order again: a new command carries the epoch of today.',
  },
  unauthorized: {
    meaning: 'Whoever signed or linked the envelope has no proven right to this action.',
    likely: 'A delegate was not listed, the listing ended or was revoked, or does not cover the action.',
    remedy: 'List the delegate with holdfast fleet delegate, or let an operator order it.',
  },
  class: {
    meaning:
      'The class of the link does not fit the action: what cannot be undone needs the threshold of the fleet.',
    likely: 'An irreversible action was ordered by one Commander alone.',
    remedy: 'Order it with the signers of the fleet (holdfast command --irreversible, with k of n keys).',
  },
  params: {
    meaning: 'The app does not have this action, or its params do not have the form that the action takes.',
    likely: 'A misspelled action or member, or an app of another version on the board.',
    remedy: 'Compare with the app that runs there: holdfast status shows image and version.',
  },
  trial: {
    meaning:
      'The board could not prove its own Device by the trust configuration that an order gave it, or did not reach its broker by another Wi-Fi.',
    likely:
      'Endpoints or provers of the new configuration that do not answer, or a level that nobody serves; a wrong password, or a network without a way to the broker.',
    remedy:
      'The board keeps its old trust and its old Wi-Fi. Try the configuration with holdfast doctor, or the network with another machine, then order again.',
  },
  image_hash: {
    meaning:
      'The bytes of the image, of its list of sectors or of its manifest are not those that the release names.',
    likely: 'An image server delivers other bytes than were published, or the flash has worn out.',
    remedy:
      'Compare the SHA-256 of the served files with holdfast channel show. Nothing wrong was written; the board keeps its image.',
  },
  image_size: {
    meaning:
      'The image is longer or shorter than the record of the release says, or does not fit into the slot.',
    likely: 'An image server delivers another file, or the image has grown over its slot.',
    remedy: 'Serve the file that was published; npm run build:esp32 shows how much room is left in a slot.',
  },
  rollback: {
    meaning: 'The offered version is not newer than the version that runs.',
    likely: 'An old offer was repeated, or an older image was approved.',
    remedy:
      'Nothing, if you did not offer it. To go back on purpose, approve it for the version that runs (holdfast release approve --version OLD --in-place-of NEW).',
  },
  floor: {
    meaning: 'The version lies below the security floor of the channel.',
    likely: 'An older image was offered after the vendor had raised the floor.',
    remedy: 'Offer a version at or above the floor (holdfast channel show).',
  },
  hardware: {
    meaning: 'The image is made for other hardware than the board, or for other revisions of it.',
    likely: 'The channel or the image of another product was taken, or the board was told no revision.',
    remedy:
      'Build with --hardware of this board, and publish in its channel; tell a board its revision by holdfast provision --revision.',
  },
  not_approved: {
    meaning: 'The owner has not approved exactly this image for this board.',
    likely: 'The approval is missing, names another version, or was cleared by a change of fleet or owner.',
    remedy: 'holdfast release approve, by the owner or a Releaser; then offer again.',
  },
  not_published: {
    meaning: 'The channel of the vendor has no record of this version.',
    likely: 'The release was offered before it was published, or in another channel.',
    remedy: 'holdfast release publish, with the release keys of the channel; then offer again.',
  },
  withdrawn: {
    meaning: 'The vendor has withdrawn this version.',
    likely: 'A fault was found in the release.',
    remedy: 'Publish, approve and offer a newer version.',
  },
};
