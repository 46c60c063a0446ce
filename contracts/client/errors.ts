/** Refusals of contracts, and failures of the way to them, as one sentence for a person: what happened, to what, what to do next. */

/** A contract refused, or could not be reached. `code` is the name of the Solidity error, or of the failure. */
export class ContractError extends Error {
  readonly code: string;
  constructor(code: string, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}

type Arguments = readonly unknown[];

const STATUS = ['none', 'provisioned', 'active', 'suspended', 'stolen', 'retired'];
const ROLE = ['commander', 'releaser', 'guardian', 'provisioner'];
const time = (value: unknown) => {
  const seconds = Number(value);
  return seconds > 8_640_000_000_000 ? String(value) : new Date(seconds * 1000).toISOString();
};

const SENTENCES = {
  NotOwner: ([caller]) => `${caller} is not the device's owner: use the owner's account.`,
  NotFleet: ([caller]) => `${caller} is not the device's fleet: go through the fleet that the device obeys.`,
  NotPendingOwner: ([caller]) =>
    `The device was not offered to ${caller}: ask the owner to offer it to this account, or to this claim key, first.`,
  OfferedToClaimKey: ([claimKey]) =>
    `The device was offered to the claim key ${claimKey}, which takes nothing over alone: let the board sign the claim too.`,
  AlreadyInitialised: () => 'This contract was set up before and cannot be again.',
  WrongStatus: ([status]) =>
    `The status "${STATUS[Number(status)] ?? status}" does not allow this: look at the device's status; its owner can change it unless it is retired.`,
  WrongSequence: ([present, expected]) =>
    `Another operator was faster: the device is at command ${present}, this one expected to be number ${expected}. Read the device again and make the command anew.`,
  WrongTime: ([value, limit]) =>
    `The time limit ${time(value)} is not allowed (bound: ${time(limit)}): it must lie ahead, at most 30 days, and within the caller's role.`,
  NotGenuine: ([account]) =>
    `${account} is not a contract that Holdfast's factory made, or not of the kind asked for: check the address.`,
  WrongAddress: ([account]) =>
    `The address or signature of ${account} does not fit: check keys and signatures.`,
  WrongChannel: ([channel]) =>
    `The device does not follow the channel ${channel}: approve for its own channel.`,
  MissingRole: ([role, account]) =>
    `${account} is not a ${ROLE[Number(role)] ?? role} of this fleet, or no longer: have the fleet's signers grant the role.`,
  FleetPaused: () => 'The fleet is paused: its signers have to resume it first.',
  FleetNotPaused: () => 'The fleet is not paused: nothing to resume.',
  WrongEpoch: ([present, signed]) =>
    `The device is in epoch ${present}, the signatures are for ${signed}: read it again and sign anew.`,
  WrongNonce: ([present, expected]) =>
    `Another batch came first: the fleet is at ${present}, this one expected to be number ${expected}. Sign anew.`,
  AlreadyAnchored: ([root]) => `Receipts ${root} are anchored already.`,
  NotAnchored: ([root]) => `This receipt is not anchored under ${root}: check root and Merkle path.`,
  ThresholdTooLow: ([threshold]) =>
    `A threshold of ${threshold} would let one key take the fleet: at least 2 are needed.`,
  TooFewSignatures: ([bytes, needed]) =>
    `${needed} signatures of 65 bytes are needed, ${Math.floor(Number(bytes) / 65)} were given: gather more.`,
  NotASigner: ([signer]) =>
    `${signer} signed but does not belong to the signers, or signed something else (nonce, deadline, chain): read again and sign anew.`,
  SignersNotAscending: ([signer]) =>
    `${signer} signed twice or stands in the wrong place: one signature each, ascending by address.`,
  TooManyKeys: ([count, most]) => `${count} keys are more than a board can hold: name ${most} at most.`,
  KeysNotAscending: ([key]) =>
    `${key} is named twice, or stands in the wrong place: name each key once, ascending by address, none zero.`,
  ThresholdOutOfReach: ([threshold, count]) =>
    `A threshold of ${threshold} does not work with ${count} keys: choose one from 1 to the number of keys.`,
  ECDSAInvalidSignature: () => 'A signature is not one at all: sign anew.',
  ECDSAInvalidSignatureLength: ([length]) => `A signature has ${length} bytes instead of 65: sign anew.`,
  ECDSAInvalidSignatureS: () => 'A signature is in its malleable form (high s), which is refused: sign anew.',
  NotNewer: ([version, newest]) =>
    `Version ${version} is not newer than ${newest}, the newest published: take a higher number.`,
  NotNewest: ([version, newest]) => `Version ${version} is not the newest, ${newest} is: look again.`,
  NotPublished: ([version]) => `Version ${version} was never published in this form, or is withdrawn.`,
  WrongFloor: ([floor]) =>
    `The floor ${floor} would go down or lies above its own version: choose one in between.`,
  WrongRollout: ([rollout]) =>
    `A rollout of ${rollout} per mille is not possible here: widening goes up to 1000, narrowing down.`,
  Empty: () => 'An image size or a count of zero is not possible.',
  ChannelStopped: ([flags]) =>
    `The channel is ${Number(flags) & 1 ? 'paused' : 'halted by boards that failed'}: its release keys have to resume it first.`,
  ChannelNotStopped: () => 'The channel is neither paused nor halted: nothing to resume.',
  NotGuardian: ([caller]) => `${caller} is not a guardian of this channel: use a guardian's account.`,
  NotReleaseKey: ([caller]) => `${caller} is not a release key of this channel: use a release key.`,
  NotAFailure: () => 'This receipt does not say that the newest version failed: nothing to count.',
  NotManufactured: ([device]) =>
    `${device} is not in the vendor's list of boards, or is stolen or retired: it does not count.`,
  NotSignedByBoard: ([signer]) =>
    `This is signed by ${signer}, not by the board, or for something else: ask the board for its signature again.`,
  AlreadyCounted: ([device]) => `${device} was counted for this version already.`,
  WrongDeadline: ([deadline]) =>
    `The board signed until ${time(deadline)}, which is past or more than an hour ahead: ask the board for a new signature.`,
  WrongCount: () => 'There are not as many signatures as boards.',
  FailedDeployment: () => 'This board is registered already: read its device instead.',
} satisfies Record<string, (args: Arguments) => string>;

/** The name of a Solidity error that has a sentence. */
export type ContractRefusal = keyof typeof SENTENCES;

/** The Solidity errors that have a sentence; a test compares them with the contracts. */
export const explainedErrors: readonly string[] = Object.keys(SENTENCES);

/** The sentence for a Solidity error with its arguments, in their order. */
export function explain(code: string, args: Arguments): string {
  const sentence = (SENTENCES as Record<string, (args: Arguments) => string>)[code];
  return sentence?.(args) ?? `The contract refused with ${code}(${args.map(String).join(', ')}).`;
}

/** The error for an address where no contract is. */
export const nothingAt = (kind: string, address: string, chainId: number): ContractError =>
  new ContractError(
    'NothingThere',
    `No ${kind} lies at ${address} on chain ${chainId}: check the address and the chain.`,
  );
