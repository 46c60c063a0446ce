/** The refusals of the contracts: the name of a Solidity error, in the JSON document of a command that met it. */

import type { ContractRefusal } from '../../contracts/client/errors.js';
import type { Table } from './explanation.js';
import { type OnTheWay, onTheWay } from './onTheWay.js';

const signAnew = 'Read the contract again and sign anew.';

export const refusals: Table<ContractRefusal | OnTheWay> = {
  ...onTheWay,
  NotOwner: {
    meaning: 'The account is not the owner of the Device.',
    likely: 'The key of another role was used.',
    remedy: 'Use the key of the owner: holdfast key address --role owner shows which one is in use.',
  },
  NotFleet: {
    meaning: 'The account is not the Fleet that the Device obeys.',
    likely: 'The Device was given to another fleet.',
    remedy: 'Go through the fleet that holdfast status names.',
  },
  NotPendingOwner: {
    meaning: 'The Device was not offered to this account.',
    likely: 'The transfer was not sent, or was sent to another address.',
    remedy: 'Ask the owner to offer the Device to this account, or to this claim key, first.',
  },
  OfferedToClaimKey: {
    meaning: 'The Device was offered to a claim key, and a claim key alone takes nothing over.',
    likely: 'The ordinary acceptance was sent in place of a claim.',
    remedy: 'Claim it: the board signs at its console, and the claim key signs too.',
  },
  AlreadyInitialised: {
    meaning: 'The contract was set up before and cannot be set up again.',
    likely: 'The command ran twice.',
    remedy: 'Nothing: read the contract and go on.',
  },
  WrongStatus: {
    meaning: 'The status of the Device does not allow this.',
    likely: 'The Device is suspended, reported stolen or retired, or not yet active.',
    remedy: 'holdfast status shows the status. The owner can change it, unless it is retired.',
  },
  WrongSequence: {
    meaning: 'Another link was appended since the Device was read.',
    likely: 'Two operators ordered at the same time.',
    remedy: 'Order again: the command reads the Device anew.',
  },
  WrongTime: {
    meaning: 'The time limit is past, further ahead than 30 days, or later than the role ends.',
    likely: 'A --life that is longer than the role of the operator.',
    remedy: 'Choose a shorter one, or have the role extended with holdfast fleet grant.',
  },
  NotGenuine: {
    meaning:
      'The address is not a contract that the factory of Holdfast made, or not of the kind that is asked for.',
    likely: 'An address of another chain, or of another kind of contract.',
    remedy: 'Check the address with holdfast fleet show or holdfast channel show.',
  },
  WrongAddress: {
    meaning: 'An address or a signature does not belong to what it is used for.',
    likely: 'Keys were mixed up.',
    remedy: signAnew,
  },
  WrongChannel: {
    meaning: 'The Device does not follow this channel.',
    likely: 'The approval names the channel of another product.',
    remedy: 'Approve for the channel that holdfast status names.',
  },
  MissingRole: {
    meaning: 'The account does not have the role in this fleet, or does not have it any more.',
    likely: 'The role expired or was revoked.',
    remedy: 'The signers of the fleet grant it: holdfast fleet grant.',
  },
  FleetPaused: {
    meaning: 'The fleet is paused, and only guardians and the threshold act meanwhile.',
    likely: 'A guardian stopped the fleet.',
    remedy: 'Find out why; the signers resume it with holdfast fleet resume.',
  },
  FleetNotPaused: {
    meaning: 'The fleet is not paused, so that there is nothing to resume.',
    likely: 'Somebody else resumed it.',
    remedy: 'Nothing.',
  },
  WrongEpoch: {
    meaning: 'The signatures are for another epoch of the Device.',
    likely: 'Owner, fleet or key changed meanwhile.',
    remedy: signAnew,
  },
  WrongNonce: {
    meaning: 'The signatures are for another count of the fleet than the present one.',
    likely: 'Another decision or batch came first.',
    remedy: signAnew,
  },
  AlreadyAnchored: {
    meaning: 'These receipts are anchored already.',
    likely: 'The command ran twice.',
    remedy: 'Nothing.',
  },
  NotAnchored: {
    meaning: 'The receipt is not among those that were anchored.',
    likely: 'A wrong root, or a Merkle path of another receipt.',
    remedy: 'Check root and path.',
  },
  ThresholdTooLow: {
    meaning: 'The threshold would let a single key take the fleet.',
    likely: 'A threshold of 1.',
    remedy: 'Choose at least 2.',
  },
  TooFewSignatures: {
    meaning: 'Fewer signatures were given than the threshold asks for.',
    likely: 'A signer is missing.',
    remedy: 'Gather more: --signer FILE once for each.',
  },
  NotASigner: {
    meaning: 'A signature is not of a signer of this fleet, or was made for something else.',
    likely: 'A key that was replaced, or an old signature.',
    remedy: signAnew,
  },
  SignersNotAscending: {
    meaning: 'Signatures are not in ascending order of their addresses, or one signer signed twice.',
    likely: 'Signatures that were put together by hand.',
    remedy: 'Sort them by address, one for each signer.',
  },
  TooManyKeys: {
    meaning: 'The set has more keys than a board can hold.',
    likely: 'More than 16 keys.',
    remedy: 'Name 16 at most.',
  },
  KeysNotAscending: {
    meaning: 'A key is named twice, is zero, or stands in the wrong place.',
    likely: 'A list that is not sorted.',
    remedy: 'Name each key once, ascending by address.',
  },
  ThresholdOutOfReach: {
    meaning: 'The threshold does not fit the number of keys.',
    likely: 'A threshold of 0, or more than there are keys.',
    remedy: 'Choose one from 1 to the number of keys.',
  },
  ECDSAInvalidSignature: {
    meaning: 'The bytes are not a signature.',
    likely: 'Damaged bytes.',
    remedy: signAnew,
  },
  ECDSAInvalidSignatureLength: {
    meaning: 'A signature does not have 65 bytes.',
    likely: 'A signature in another form.',
    remedy: signAnew,
  },
  ECDSAInvalidSignatureS: {
    meaning: 'A signature is in its malleable form (high s), which is refused.',
    likely: 'A signer that does not follow EIP-2.',
    remedy: signAnew,
  },
  NotNewer: {
    meaning: 'The version is not newer than the newest one of the channel.',
    likely: 'A version number was used twice.',
    remedy: 'Publish under a greater number: holdfast channel show lists what there is.',
  },
  NotNewest: {
    meaning: 'The version is not the newest one of the channel.',
    likely: 'Another version was published meanwhile.',
    remedy: 'Look again: holdfast channel show.',
  },
  NotPublished: {
    meaning: 'The version was never published in this form, or is withdrawn.',
    likely: 'A wrong version number or hash.',
    remedy: 'holdfast channel show lists what there is.',
  },
  WrongFloor: {
    meaning: 'The security floor would go down, or lies above its own version.',
    likely: 'A mistyped --floor.',
    remedy: 'Choose one between the present floor and the version.',
  },
  WrongRollout: {
    meaning: 'The rollout cannot go to this share.',
    likely: 'Widening to less, or narrowing to more than now.',
    remedy: 'Widening goes up to 1000 of a thousand, narrowing goes down.',
  },
  Empty: {
    meaning: 'A size or a count is zero.',
    likely: 'An empty image.',
    remedy: 'Build the image again.',
  },
  ChannelStopped: {
    meaning: 'The channel is paused, or was halted by boards on which the version failed.',
    likely: 'A guardian paused it, or receipts of failure were sent.',
    remedy: 'Look at the receipts; then the release keys resume it.',
  },
  ChannelNotStopped: {
    meaning: 'The channel is neither paused nor halted.',
    likely: 'Somebody else resumed it.',
    remedy: 'Nothing.',
  },
  NotGuardian: {
    meaning: 'The account is not a guardian of this channel.',
    likely: 'The key of another role was used.',
    remedy: 'Use the key of a guardian of the channel.',
  },
  NotReleaseKey: {
    meaning: 'The account is not a release key of this channel.',
    likely: 'The key of another role was used.',
    remedy: 'Use a release key of the channel.',
  },
  NotAFailure: {
    meaning: 'The receipt does not say that the newest version failed.',
    likely: 'A receipt of another version or outcome.',
    remedy: 'Nothing: it does not count.',
  },
  NotManufactured: {
    meaning: 'The board is not in the list of the vendor, or is stolen or retired.',
    likely: 'A board of another vendor.',
    remedy: 'Nothing: its receipts do not count here.',
  },
  NotSignedByBoard: {
    meaning: 'The signature is not of the board, or was made for something else.',
    likely: 'The board signed other values than were sent.',
    remedy: 'Ask the board for its signature again, with the very values.',
  },
  AlreadyCounted: {
    meaning: 'This board was counted for this version already.',
    likely: 'The receipt was sent twice.',
    remedy: 'Nothing.',
  },
  WrongDeadline: {
    meaning: 'The deadline of the signature is past, or more than an hour ahead.',
    likely: 'The signature was made too long ago.',
    remedy: 'Ask the board for a new signature.',
  },
  WrongCount: {
    meaning: 'There are not as many signatures as boards.',
    likely: 'A list that was cut off.',
    remedy: 'Give one signature for each board.',
  },
  FailedDeployment: {
    meaning: 'The contract is there already.',
    likely: 'The board is registered.',
    remedy: 'holdfast status reads its Device.',
  },
};
