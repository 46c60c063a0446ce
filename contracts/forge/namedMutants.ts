/** For every invariant at least one fault that the invariant alone is there to notice. */
import { ownSources } from '../build/sources.js';
import type { Mutant } from './mutants.js';

interface NamedMutant {
  name: string;
  /** The invariant that must fail. */
  invariant: string;
  file: 'Device' | 'Fleet' | 'Quorum' | 'ReleaseChannel';
  /** Occurs once in the file. */
  from: string;
  to: string;
}

export const NAMED_MUTANTS: readonly NamedMutant[] = [
  {
    name: 'anybody suspends',
    invariant: 'onlyWhoMayActs',
    file: 'Fleet',
    from: '_requireRole(Role.Guardian);\n        IDevice(device).restrain(Status.Suspended);',
    to: 'IDevice(device).restrain(Status.Suspended);',
  },
  {
    name: 'anybody relinks',
    invariant: 'onlyWhoMayActs',
    file: 'Device',
    from: 'function setChannel(address channel_) external onlyOwner {',
    to: 'function setChannel(address channel_) external {',
  },
  {
    name: 'a new epoch begins to count anew',
    invariant: 'sequenceAndEpochNeverGoDown',
    file: 'Device',
    from: '        epoch = next;\n',
    to: '        epoch = next;\n        sequence = 0;\n',
  },
  {
    name: 'epochs run in a circle',
    invariant: 'sequenceAndEpochNeverGoDown',
    file: 'Device',
    from: 'uint32 next = epoch + 1;',
    to: 'uint32 next = (epoch + 1) % 3;',
  },
  {
    name: 'a stolen board is approved for',
    invariant: 'stolenAndRetiredAcceptNothing',
    file: 'Device',
    from: '_requireTransferable();\n        if (channel_ != channel)',
    to: 'if (channel_ != channel)',
  },
  {
    name: 'the owner revives the retired',
    invariant: 'stolenAndRetiredAcceptNothing',
    file: 'Device',
    from: ' || present == Status.Retired) revert WrongStatus(present);',
    to: ') revert WrongStatus(present);',
  },
  {
    name: 'a guardian widens',
    invariant: 'rolloutNeverWidensWithoutReleaseKey',
    file: 'ReleaseChannel',
    from: 'if (rollout_ >= rollout) revert WrongRollout(rollout_);',
    to: '',
  },
  {
    name: 'a halted rollout widens',
    invariant: 'rolloutNeverWidensWithoutReleaseKey',
    file: 'ReleaseChannel',
    from: 'if (flags != 0) revert ChannelStopped(flags);',
    to: '',
  },
  {
    name: 'only before the first batch may one pause',
    invariant: 'pauseAlwaysWorks',
    file: 'Fleet',
    from: '        paused = true;',
    to: '        if (batchNonce != 0) revert FleetPaused();\n        paused = true;',
  },
  {
    name: 'a device is initialised whenever one likes',
    invariant: 'nothingIsInitialisedTwice',
    file: 'Device',
    from: 'if (status != Status.None) revert AlreadyInitialised();',
    to: '',
  },
  {
    name: 'the successor inherits the approval',
    invariant: 'approvalNeverOutlivesOwnerOrFleet',
    file: 'Device',
    from: 'emit ChannelChanged(channel_);\n        _clearApproval();\n        if (appChannel',
    to: 'emit ChannelChanged(channel_);\n        if (appChannel',
  },
  {
    name: 'links forget their operator',
    invariant: 'headsAreTheChainsOfTheirLinks',
    file: 'Device',
    from: 'Links.extend(head, expected, commandHash, notAfter, presentEpoch, fleetEpoch, operator, class);',
    to: 'Links.extend(head, expected, commandHash, notAfter, presentEpoch, fleetEpoch, fleet, class);',
  },
  {
    name: 'batches do not chain',
    invariant: 'headsAreTheChainsOfTheirLinks',
    file: 'Fleet',
    from: 'Links.extendBatch(batchHead, next,',
    to: 'Links.extendBatch(0, next,',
  },
  {
    name: 'the newest version may be published again',
    invariant: 'versionsAreNeverReusedNorFloorsLowered',
    file: 'ReleaseChannel',
    from: 'if (version <= newest_)',
    to: 'if (version < newest_)',
  },
  {
    name: 'a release lowers the floor',
    invariant: 'versionsAreNeverReusedNorFloorsLowered',
    file: 'ReleaseChannel',
    from: 'newFloor < floor_ || newFloor > version',
    to: 'newFloor > version',
  },
  {
    name: 'a board complains twice',
    invariant: 'aBoardCountsOncePerVersion',
    file: 'ReleaseChannel',
    from: 'if (counted[version][device]) revert AlreadyCounted(device);',
    to: '',
  },
  {
    name: 'any address will do as a fleet',
    invariant: 'linksAreGenuine',
    file: 'Device',
    from: 'if (fleet_.codehash != FLEET_CODE) revert NotGenuine(fleet_);',
    to: '',
  },
  {
    name: 'a decision is good for ever',
    invariant: 'decisionsCountOnce',
    file: 'Fleet',
    from: '        ++nonce;\n',
    to: '',
  },
  {
    name: 'one signer is enough if the signers say so',
    invariant: 'noSingleKeyTakesAFleet',
    file: 'Fleet',
    from: 'if (threshold_ < 2) revert ThresholdTooLow(threshold_);',
    to: '',
  },
  {
    name: 'the key on the box claims alone',
    invariant: 'onlyWhoMayActs',
    file: 'Device',
    from: 'if (signer != key) revert NotSignedByBoard(signer);',
    to: '',
  },
  {
    name: 'the board claims itself',
    invariant: 'onlyWhoMayActs',
    file: 'Device',
    from: 'if (!pendingByClaim || signer != pendingOwner) revert NotPendingOwner(signer);',
    to: 'if (!pendingByClaim) revert NotPendingOwner(signer);',
  },
  {
    name: 'the key on the box accepts as an account would',
    invariant: 'onlyWhoMayActs',
    file: 'Device',
    from: 'if (pendingByClaim) revert OfferedToClaimKey(msg.sender);',
    to: '',
  },
  {
    name: 'a claim lasts for ever',
    invariant: 'onlyWhoMayActs',
    file: 'Device',
    from: 'ConsoleProofs.checkDeadline(deadline);',
    to: '',
  },
  {
    name: 'a claim does not say for whom',
    invariant: 'onlyWhoMayActs',
    file: 'Device',
    from: 'abi.encode(CLAIM_TYPE, epoch, newOwner, fleet_',
    to: 'abi.encode(CLAIM_TYPE, epoch, 0x57, fleet_',
  },
  {
    name: 'a stolen board is claimed',
    invariant: 'stolenAndRetiredAcceptNothing',
    file: 'Device',
    from: '_requireTransferable();\n        if (newOwner == address(0))',
    to: 'if (newOwner == address(0))',
  },
  {
    name: 'a commander reaches a suspended board',
    invariant: 'onlyWhoMayActs',
    file: 'Device',
    from: ' || class != Links.IRREVERSIBLE)',
    to: ' && class != 2)',
  },
  {
    name: 'a new fleet inherits the approval of the app',
    invariant: 'approvalNeverOutlivesOwnerOrFleet',
    file: 'Device',
    from: '_clearApproval();\n        _clearAppApproval();',
    to: '_clearApproval();',
  },
  {
    name: 'the successor inherits the app line',
    invariant: 'noOwnerInheritsAnAppLine',
    file: 'Device',
    from: 'if (appChannel != address(0)) _setAppChannel(address(0));',
    to: '',
  },
  {
    name: 'an app is approved of no channel',
    invariant: 'noOwnerInheritsAnAppLine',
    file: 'Device',
    from: 'channel_ == address(0) || channel_ != appChannel',
    to: 'channel_ != appChannel',
  },
  {
    name: 'any address will do as the channel of apps',
    invariant: 'linksAreGenuine',
    file: 'Device',
    from: 'if (channel_ != address(0)) _requireChannel(channel_);',
    to: '',
  },
  {
    name: 'seventeen keys decide',
    invariant: 'keySetsFitBoards',
    file: 'Quorum',
    from: 'if (list.length > KEYS_MAX) revert TooManyKeys(list.length, KEYS_MAX);',
    to: '',
  },
  {
    name: 'keys stand in any order',
    invariant: 'keySetsFitBoards',
    file: 'Quorum',
    from: 'if (list[i] <= previous) revert KeysNotAscending(list[i]);',
    to: '',
  },
];

/** The fault in its place. Throws when the source has changed so that this is no longer clear. */
export function placed({ file, from, to, name }: NamedMutant): Mutant {
  const path = `contracts/src/${file}.sol`;
  const source = ownSources().get(path)!;
  const at = source.indexOf(from);
  if (at < 0 || source.indexOf(from, at + 1) >= 0)
    throw new Error(`mutant "${name}": its text is not once in ${path}`);
  return { file: path, at, from, to };
}
