// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {ECDSA} from "@openzeppelin/contracts/utils/cryptography/ECDSA.sol";
import {MerkleProof} from "@openzeppelin/contracts/utils/cryptography/MerkleProof.sol";
import {ERC165} from "@openzeppelin/contracts/utils/introspection/ERC165.sol";
import {IDevice, Status} from "./interfaces/IDevice.sol";
import {Quorum} from "./Quorum.sol";
import {ChannelSetup, IReleaseChannel, Release} from "./interfaces/IReleaseChannel.sol";
import {Links} from "./libraries/Links.sol";
import {Receipt, Receipts} from "./libraries/Receipts.sol";

/// @dev The state that boards prove, first and as plain variables: a board reads these very slots. Never reorder.
abstract contract ReleaseChannelState is IReleaseChannel {
    /// @inheritdoc IReleaseChannel
    uint32 public override newest;
    /// @notice The lowest version that a board may go back to; never goes down.
    uint32 public floor;
    /// @notice The number of boards of a thousand that may take the newest version.
    uint16 public rollout;
    /// @notice Bit 0: a guardian paused the channel; bit 1: boards' failures halted the newest version.
    uint8 public flags;
    /// @notice The number of release keys that a release needs.
    uint16 public threshold;
    /// @notice The number of boards whose reports of failure halt a rollout.
    uint32 public haltThreshold;
    /// @notice Signed into every decision of the release keys but publishing, so that none counts twice.
    uint64 public nonce;
    /// @notice The hardware (an id that the vendor chose) that the images are for.
    bytes32 public hardware;
    /// @notice 0: never published; 1: withdrawn; else keccak256(abi.encode(imageSha256, uint32 size, manifestHash)).
    mapping(uint32 version => bytes32 record) public records;
}

/// @title The vendor's line of images
/// @notice Release keys (k of n plain keys) publish; each of them may widen a rollout; guardians stop and withdraw at
/// once; genuine boards that failed halt a rollout by themselves and never widen it. The owner's approval is needed
/// besides, in Device. Immutable; used only through EIP-1167 clones.
contract ReleaseChannel is ReleaseChannelState, Quorum, ERC165 {
    uint8 private constant PAUSED = 1;
    uint8 private constant HALTED = 2;
    uint16 private constant EVERYBODY = 1000;
    bytes32 private constant WITHDRAWN = bytes32(uint256(1));

    bytes32 private constant PUBLISH_TYPE = keccak256(
        "Publish(uint32 version,bytes32 imageSha256,uint32 size,bytes32 manifestHash,uint32 floor,uint16 rollout,uint64 deadline)"
    );
    bytes32 private constant RESUME_TYPE =
        keccak256("ResumeChannel(uint32 version,uint64 nonce,uint64 deadline)");
    bytes32 private constant SET_MANUFACTURE_TYPE =
        keccak256("SetManufacture(bytes32 root,uint64 nonce,uint64 deadline)");
    bytes32 private constant SET_GUARDIAN_TYPE =
        keccak256("SetGuardian(address account,bool allowed,uint64 nonce,uint64 deadline)");
    bytes32 private constant SET_RELEASE_KEYS_TYPE =
        keccak256("SetReleaseKeys(uint16 threshold,address[] keys,uint64 nonce,uint64 deadline)");

    /// @notice Merkle root over abi.encode(device) of the boards that the vendor made.
    bytes32 public manufactureRoot;
    /// @notice The accounts that may pause and withdraw.
    mapping(address account => bool) public guardians;
    /// @notice The number of boards that reported that a version failed, since it was last halted and resumed.
    mapping(uint32 version => uint32) public failures;
    /// @notice True: the board was counted for the version.
    mapping(uint32 version => mapping(address device => bool)) public counted;

    modifier onlyGuardian() {
        if (!guardians[msg.sender]) revert NotGuardian(msg.sender);
        _;
    }

    constructor() {
        threshold = type(uint16).max; // the implementation itself is nobody's channel
    }

    /// @inheritdoc IReleaseChannel
    function initialize(ChannelSetup calldata setup) external {
        if (threshold != 0) revert AlreadyInitialised();
        if (setup.haltThreshold == 0) revert Empty();
        hardware = setup.hardware;
        haltThreshold = setup.haltThreshold;
        _setManufacture(setup.manufactureRoot);
        _setReleaseKeys(setup.threshold, setup.releaseKeys);
        _checkList(setup.guardians);
        for (uint256 i; i < setup.guardians.length; ++i) {
            _setGuardian(setup.guardians[i], true);
        }
    }

    // --- release keys ---

    /// @notice k of n release keys: publishes a version, newer than any other. A number is never used again.
    /// @param deadline unix seconds until which the signatures are good
    /// @param signatures over Publish: 65 bytes each, in ascending order of their signers
    function publish(Release calldata release, uint64 deadline, bytes calldata signatures) external {
        (uint256 word, uint16 needed) = _checkRelease(release);
        // The signed words lie in the calldata as EIP-712 encodes them: the release's six words, then the deadline.
        bytes32 hash = keccak256(bytes.concat(PUBLISH_TYPE, msg.data[4:228]));
        _requireSignatures(needed, hash, deadline, signatures);
        uint32 version = release.version;
        _storeNewest(word, version, release.floor, release.rollout);
        records[version] = keccak256(msg.data[36:132]); // as in _record: image, size, manifest
        emit Published(
            version,
            release.imageSha256,
            release.size,
            release.manifestHash,
            release.floor,
            release.rollout
        );
    }

    /// @notice A release key: lets more boards take the newest version.
    /// @param version the version that is meant; reverts if it is no longer the newest
    function widen(uint32 version, uint16 rollout_) external {
        if (!_isKey(msg.sender)) revert NotReleaseKey(msg.sender);
        if (version != newest) revert NotNewest(version, newest);
        if (flags != 0) revert ChannelStopped(flags);
        if (rollout_ <= rollout || rollout_ > EVERYBODY) revert WrongRollout(rollout_);
        rollout = rollout_;
        emit RolloutChanged(version, rollout_, msg.sender);
    }

    /// @notice k of n release keys: lets a paused channel or a halted version go on.
    function resume(uint64 deadline, bytes calldata signatures) external {
        _decide(keccak256(abi.encode(RESUME_TYPE, newest, nonce, deadline)), deadline, signatures);
        uint8 present = flags;
        if (present == 0) revert ChannelNotStopped();
        // The release keys have weighed the failures so far; as many boards more halt the version again.
        if (present & HALTED != 0) failures[newest] = 0;
        flags = 0;
        emit ChannelResumed(newest);
    }

    /// @notice k of n release keys: the list of boards that the vendor made.
    function setManufacture(bytes32 root, uint64 deadline, bytes calldata signatures) external {
        _decide(keccak256(abi.encode(SET_MANUFACTURE_TYPE, root, nonce, deadline)), deadline, signatures);
        _setManufacture(root);
    }

    /// @notice k of n release keys: gives or takes the right to pause and withdraw.
    function setGuardian(address account, bool allowed, uint64 deadline, bytes calldata signatures) external {
        _decide(
            keccak256(abi.encode(SET_GUARDIAN_TYPE, account, allowed, nonce, deadline)), deadline, signatures
        );
        _setGuardian(account, allowed);
    }

    /// @notice k of n release keys: the release keys, and how many of them a release needs, from now on.
    /// @param keys at most 16, ascending, none zero
    function setReleaseKeys(
        uint16 threshold_,
        address[] calldata keys,
        uint64 deadline,
        bytes calldata signatures
    ) external {
        _decide(
            keccak256(
                abi.encode(
                    SET_RELEASE_KEYS_TYPE, threshold_, keccak256(abi.encodePacked(keys)), nonce, deadline
                )
            ),
            deadline,
            signatures
        );
        _setReleaseKeys(threshold_, keys);
    }

    // --- guardians and boards: only less ---

    /// @notice Guardian: boards take no update of this channel until the release keys resume it.
    function pause() external onlyGuardian {
        uint8 present = flags;
        if (present & PAUSED != 0) revert ChannelStopped(present);
        flags = present | PAUSED;
        emit ChannelPaused(msg.sender);
    }

    /// @notice Guardian: nobody may install this version any longer, for ever.
    function withdraw(uint32 version) external onlyGuardian {
        if (uint256(records[version]) <= uint256(WITHDRAWN)) revert NotPublished(version);
        records[version] = WITHDRAWN;
        emit Withdrawn(version, msg.sender);
    }

    /// @notice Guardian or a release key: fewer boards may take the newest version.
    function narrow(uint32 version, uint16 rollout_) external {
        if (!guardians[msg.sender] && !_isKey(msg.sender)) revert NotGuardian(msg.sender);
        if (version != newest) revert NotNewest(version, newest);
        if (rollout_ >= rollout) revert WrongRollout(rollout_);
        rollout = rollout_;
        emit RolloutChanged(version, rollout_, msg.sender);
    }

    /// @notice Anybody, with a genuine board's receipt: counts that the newest version failed there.
    /// Enough boards, each once per version, halt the rollout.
    /// @param imageSha256,size,manifestHash the values to which the version's record commits
    /// @param signature the board's, 65 bytes
    /// @param proof Merkle path from the device to the manufacture root
    function reportFailure(
        address device,
        Receipt calldata receipt,
        bytes calldata signature,
        bytes32 imageSha256,
        uint32 size,
        bytes32 manifestHash,
        bytes32[] calldata proof
    ) external {
        uint32 version = newest;
        if (records[version] != _record(imageSha256, size, manifestHash)) revert NotPublished(version);
        if (
            receipt.outcome != Receipts.FAILED
                || receipt.envelopeHash != Links.approval(address(this), version, imageSha256)
        ) revert NotAFailure();
        bytes32 leaf = keccak256(bytes.concat(keccak256(abi.encode(device))));
        if (
            !MerkleProof.verifyCalldata(proof, manufactureRoot, leaf)
                || IDevice(device).status() >= Status.Stolen
        ) revert NotManufactured(device);
        if (counted[version][device]) revert AlreadyCounted(device);
        address signer = ECDSA.recoverCalldata(Receipts.digest(device, receipt), signature);
        if (signer != IDevice(device).key()) revert NotSignedByBoard(signer);
        counted[version][device] = true;
        uint32 count = ++failures[version];
        emit FailureCounted(version, device, count);
        if (count == haltThreshold) {
            flags |= HALTED;
            emit Halted(version, count);
        }
    }

    // --- reading ---

    /// @notice The keys that release.
    function releaseKeys() external view returns (address[] memory) {
        return _allKeys();
    }

    /// @notice ERC-165.
    function supportsInterface(bytes4 interfaceId) public view override returns (bool) {
        return interfaceId == type(IReleaseChannel).interfaceId || super.supportsInterface(interfaceId);
    }

    // --- inside ---

    function _record(bytes32 imageSha256, uint32 size, bytes32 manifestHash) private pure returns (bytes32) {
        return keccak256(abi.encode(imageSha256, size, manifestHash));
    }

    /// @dev Also gives slot 0, read once (the compiler would read it once for each variable), and the threshold in it.
    function _checkRelease(Release calldata release) private view returns (uint256 word, uint16 threshold_) {
        uint256 newest_;
        uint256 floor_;
        uint8 flags_;
        assembly ("memory-safe") {
            word := sload(newest.slot)
            newest_ := and(shr(mul(8, newest.offset), word), 0xffffffff)
            floor_ := and(shr(mul(8, floor.offset), word), 0xffffffff)
            flags_ := and(shr(mul(8, flags.offset), word), 0xff)
            threshold_ := and(shr(mul(8, threshold.offset), word), 0xffff)
        }
        uint32 version = release.version;
        uint32 newFloor = release.floor;
        if (version <= newest_) revert NotNewer(version, uint32(newest_));
        if (flags_ & PAUSED != 0) revert ChannelStopped(flags_);
        if (newFloor < floor_ || newFloor > version) revert WrongFloor(newFloor);
        if (release.rollout > EVERYBODY) revert WrongRollout(release.rollout);
        if (release.size == 0) revert Empty();
    }

    /// @dev The first four variables in one write. No flag is left: a halt was about an older version, and a paused
    /// channel publishes nothing.
    function _storeNewest(uint256 word, uint32 version, uint32 floor_, uint16 rollout_) private {
        assembly ("memory-safe") {
            let behind := mul(8, threshold.offset) // the variable that follows these four
            word := shl(behind, shr(behind, word))
            word := or(word, shl(mul(8, newest.offset), version))
            word := or(word, shl(mul(8, floor.offset), floor_))
            word := or(word, shl(mul(8, rollout.offset), rollout_))
            sstore(newest.slot, word)
        }
    }

    /// @dev `structHash` covers the present nonce, which ends here.
    function _decide(bytes32 structHash, uint64 deadline, bytes calldata signatures) private {
        _requireSignatures(threshold, structHash, deadline, signatures);
        ++nonce;
    }

    function _setManufacture(bytes32 root) private {
        manufactureRoot = root;
        emit ManufactureSet(root);
    }

    function _setGuardian(address account, bool allowed) private {
        guardians[account] = allowed;
        emit GuardianSet(account, allowed);
    }

    function _setReleaseKeys(uint16 threshold_, address[] calldata keys) private {
        _replaceKeys(threshold_, keys);
        threshold = threshold_;
        emit ReleaseKeysSet(threshold_, keys);
    }
}
