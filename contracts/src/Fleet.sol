// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {ECDSA} from "@openzeppelin/contracts/utils/cryptography/ECDSA.sol";
import {MerkleProof} from "@openzeppelin/contracts/utils/cryptography/MerkleProof.sol";
import {ERC165} from "@openzeppelin/contracts/utils/introspection/ERC165.sol";
import {IDevice, Status} from "./interfaces/IDevice.sol";
import {Quorum} from "./Quorum.sol";
import {FleetSetup, IFleet, Role} from "./interfaces/IFleet.sol";
import {Links} from "./libraries/Links.sol";
import {Receipt, Receipts} from "./libraries/Receipts.sol";

/// @dev The state that boards prove, first and as plain variables: a board reads these very slots. Never reorder.
abstract contract FleetState is IFleet {
    /// @inheritdoc IFleet
    bool public override paused;
    /// @inheritdoc IFleet
    uint32 public override epoch;
    /// @notice The number of signers that must sign what cannot be undone.
    uint16 public threshold;
    /// @notice Signed into every decision of the threshold, so that none counts twice.
    uint64 public nonce;
    /// @notice The number of the newest batch.
    uint64 public batchNonce;
    /// @notice The hash chain of all batches.
    bytes32 public batchHead;
    /// @notice keccak256(abi.encode(delegate, keccak256(action))) to the listing's expiry in unix seconds.
    mapping(bytes32 listing => uint64 expiry) public delegates;
    /// @notice keccak256(abi.encode(uint16 threshold, address[] keys)) of those who sign checkpoints; the keys ascend.
    bytes32 public checkpointKeys;
    /// @notice Commits to the fork schedule that boards of this fleet may adopt; zero: none.
    bytes32 public forkSchedule;
}

/// @title An organisation's say over its boards
/// @notice Role holders act at once, within what can be undone; the threshold (k of n plain keys, EIP-712
/// signatures in one transaction that anybody may send) decides what cannot be undone. No key alone can take a fleet.
/// Immutable; used only through EIP-1167 clones.
contract Fleet is FleetState, Quorum, ERC165 {
    bytes32 private constant RESUME_TYPE = keccak256("Resume(uint64 nonce,uint64 deadline)");
    bytes32 private constant SET_ROLE_TYPE = keccak256(
        "SetRole(uint8 role,address account,uint64 expiry,bool bumpEpoch,uint64 nonce,uint64 deadline)"
    );
    bytes32 private constant SET_DELEGATE_TYPE =
        keccak256("SetDelegate(address delegate,string action,uint64 expiry,uint64 nonce,uint64 deadline)");
    bytes32 private constant SET_SIGNERS_TYPE =
        keccak256("SetSigners(uint16 threshold,address[] signers,uint64 nonce,uint64 deadline)");
    bytes32 private constant SET_CHECKPOINT_KEYS_TYPE =
        keccak256("SetCheckpointKeys(uint16 threshold,address[] keys,uint64 nonce,uint64 deadline)");
    bytes32 private constant SET_FORK_SCHEDULE_TYPE =
        keccak256("SetForkSchedule(bytes data,uint64 nonce,uint64 deadline)");
    bytes32 private constant BUMP_FLEET_EPOCH_TYPE =
        keccak256("BumpFleetEpoch(uint64 nonce,uint64 deadline)");
    bytes32 private constant IRREVERSIBLE_TYPE = keccak256(
        "Irreversible(address device,uint32 epoch,uint32 fleetEpoch,uint32 sequence,bytes32 commandHash,uint64 notAfter,uint64 deadline)"
    );
    bytes32 private constant IRREVERSIBLE_BATCH_TYPE = keccak256(
        "IrreversibleBatch(uint64 batchNonce,uint32 fleetEpoch,bytes32 root,uint64 notAfter,uint64 deadline)"
    );
    bytes32 private constant BUMP_DEVICE_EPOCH_TYPE =
        keccak256("BumpDeviceEpoch(address device,uint32 epoch,uint64 deadline)");
    bytes32 private constant ROTATE_DEVICE_KEY_TYPE =
        keccak256("RotateDeviceKey(address device,address newKey,uint32 epoch,uint64 deadline)");
    bytes32 private constant RETIRE_TYPE =
        keccak256("Retire(address device,uint32 epoch,uint64 deadline)");

    mapping(uint256 roleAndAccount => uint64 expiry) private _roles;
    /// @notice Merkle root of receipts to the time (unix seconds) at which it was anchored.
    mapping(bytes32 root => uint64 time) public anchoredAt;

    constructor() {
        threshold = type(uint16).max; // the implementation itself is nobody's fleet
    }

    /// @inheritdoc IFleet
    function initialize(FleetSetup calldata setup) external {
        if (threshold != 0) revert AlreadyInitialised();
        _setSigners(setup.threshold, setup.signers);
        if (setup.checkpointKeys.length != 0) {
            _setCheckpointKeys(setup.checkpointThreshold, setup.checkpointKeys, msg.data[0:0]);
        }
        for (uint256 i; i < setup.grants.length; ++i) {
            _setRole(setup.grants[i].role, setup.grants[i].account, setup.grants[i].expiry);
        }
    }

    // --- role holders: at once, within what can be undone ---

    /// @notice Commander: appends a routine command to one device.
    /// @param sequence the number that the command must get: of two racing operators one reverts
    /// @param commandHash EIP-712 digest of the envelope
    /// @param notAfter unix seconds; at most 30 days ahead, and no longer than the caller's role lasts
    function append(address device, uint32 sequence, bytes32 commandHash, uint64 notAfter) external {
        (, uint32 fleetEpoch,) = _runningPolicy();
        uint64 expiry = _requireRole(Role.Commander);
        if (notAfter > expiry) revert Links.WrongTime(notAfter, expiry);
        IDevice(device).append(sequence, commandHash, notAfter, fleetEpoch, msg.sender, Links.ROUTINE);
    }

    /// @notice Commander: a routine command for each of any number of devices, at the price of one.
    /// @param root OpenZeppelin Merkle root (sorted pairs, doubly hashed leaves) over abi.encode(envelopeHash)
    /// @param notAfter unix seconds; at most 30 days ahead, and no longer than the caller's role lasts
    function batch(bytes32 root, uint64 notAfter) external {
        uint64 expiry = _requireRole(Role.Commander);
        if (notAfter > expiry) revert Links.WrongTime(notAfter, expiry);
        _appendBatch(root, notAfter, msg.sender, Links.ROUTINE);
    }

    /// @notice Commander: anchors receipts, so that what boards said can be shown to have been said by now.
    /// @param root OpenZeppelin Merkle root over abi.encode(receipt digest, signer)
    function anchorReceipts(bytes32 root) external {
        if (paused) revert FleetPaused();
        _requireRole(Role.Commander);
        if (anchoredAt[root] != 0) revert AlreadyAnchored(root);
        anchoredAt[root] = uint64(block.timestamp);
        emit ReceiptsAnchored(root, msg.sender);
    }

    /// @notice Releaser: this is the image that the device may install.
    function approve(address device, address channel, uint32 version, bytes32 imageSha256) external {
        if (paused) revert FleetPaused();
        _requireRole(Role.Releaser);
        IDevice(device).approve(channel, version, imageSha256);
    }

    /// @notice Releaser: this is the app that the device may install.
    function approveApp(address device, address channel, uint32 version, bytes32 imageSha256) external {
        if (paused) revert FleetPaused();
        _requireRole(Role.Releaser);
        IDevice(device).approveApp(channel, version, imageSha256);
    }

    /// @notice Provisioner: lets a provisioned board begin to obey.
    function activate(address device) external {
        if (paused) revert FleetPaused();
        _requireRole(Role.Provisioner);
        IDevice(device).activate();
    }

    /// @notice Guardian: stops every board of the fleet, at once.
    function pause() external {
        _requireRole(Role.Guardian);
        if (paused) revert FleetPaused();
        paused = true;
        emit Paused(msg.sender);
    }

    /// @notice Guardian: stops one board, at once. Only its owner lets it go on.
    function suspend(address device) external {
        _requireRole(Role.Guardian);
        IDevice(device).restrain(Status.Suspended);
    }

    /// @notice Guardian: the board is in wrong hands. Only its owner takes that back.
    function reportStolen(address device) external {
        _requireRole(Role.Guardian);
        IDevice(device).restrain(Status.Stolen);
    }

    /// @notice Guardian: the device may install no image.
    function clearApproval(address device) external {
        _requireRole(Role.Guardian);
        IDevice(device).clearApproval();
    }

    /// @notice Guardian: the device may install no app.
    function clearAppApproval(address device) external {
        _requireRole(Role.Guardian);
        IDevice(device).clearAppApproval();
    }

    // --- the threshold: what cannot be undone, in one transaction that anybody may send ---

    /// @notice Threshold: appends a command that cannot be undone. The link names the fleet as its operator.
    /// @param deviceEpoch,deadline the signatures are good in this epoch only, and until then (unix seconds)
    /// @param signatures over Irreversible: 65 bytes each, in ascending order of their signers
    function appendIrreversible(
        address device,
        uint32 deviceEpoch,
        uint32 sequence,
        bytes32 commandHash,
        uint64 notAfter,
        uint64 deadline,
        bytes calldata signatures
    ) external {
        (, uint32 fleetEpoch,) = _runningPolicy();
        _requireThreshold(
            keccak256(
                abi.encode(
                    IRREVERSIBLE_TYPE, device, deviceEpoch, fleetEpoch, sequence, commandHash, notAfter, deadline
                )
            ),
            deadline,
            signatures
        );
        _requireEpoch(device, deviceEpoch);
        IDevice(device).append(
            sequence, commandHash, notAfter, fleetEpoch, address(this), Links.IRREVERSIBLE
        );
    }

    /// @notice Threshold: commands that cannot be undone, for any number of devices.
    /// @param expectedNonce the number that this batch must get
    /// @param signatures over IrreversibleBatch
    function batchIrreversible(
        uint64 expectedNonce,
        bytes32 root,
        uint64 notAfter,
        uint64 deadline,
        bytes calldata signatures
    ) external {
        if (expectedNonce != batchNonce + 1) revert WrongNonce(batchNonce, expectedNonce);
        _requireThreshold(
            keccak256(abi.encode(IRREVERSIBLE_BATCH_TYPE, expectedNonce, epoch, root, notAfter, deadline)),
            deadline,
            signatures
        );
        _appendBatch(root, notAfter, address(this), Links.IRREVERSIBLE);
    }

    /// @notice Threshold: voids every command of the device that was not yet executed.
    /// @param signatures over BumpDeviceEpoch, which names the epoch that ends
    function bumpDeviceEpoch(address device, uint32 deviceEpoch, uint64 deadline, bytes calldata signatures)
        external
    {
        _requireThreshold(
            keccak256(abi.encode(BUMP_DEVICE_EPOCH_TYPE, device, deviceEpoch, deadline)), deadline, signatures
        );
        _requireEpoch(device, deviceEpoch);
        IDevice(device).bumpEpoch();
    }

    /// @notice Threshold, and both of the board's keys: replaces the board's key.
    /// @param oldSignature,newSignature over RotateKey in the device's own domain
    /// @param signatures over RotateDeviceKey, which names the epoch that ends
    function rotateDeviceKey(
        address device,
        address newKey,
        uint32 deviceEpoch,
        uint64 deadline,
        bytes calldata oldSignature,
        bytes calldata newSignature,
        bytes calldata signatures
    ) external {
        _requireThreshold(
            keccak256(abi.encode(ROTATE_DEVICE_KEY_TYPE, device, newKey, deviceEpoch, deadline)),
            deadline,
            signatures
        );
        _requireEpoch(device, deviceEpoch);
        IDevice(device).rotateKey(newKey, deadline, oldSignature, newSignature);
    }

    /// @inheritdoc IFleet
    function checkRetirement(uint32 deviceEpoch, uint64 deadline, bytes calldata signatures) external view {
        _requireThreshold(
            keccak256(abi.encode(RETIRE_TYPE, msg.sender, deviceEpoch, deadline)), deadline, signatures
        );
    }

    /// @notice Threshold: lets a paused fleet go on.
    function resume(uint64 deadline, bytes calldata signatures) external {
        _decide(keccak256(abi.encode(RESUME_TYPE, nonce, deadline)), deadline, signatures);
        if (!paused) revert FleetNotPaused();
        paused = false;
        emit Resumed();
    }

    /// @notice Threshold: gives a role until `expiry` (unix seconds), or takes it (0).
    /// @param bump also void what the fleet commanded so far and boards have not yet executed
    function setRole(
        Role role,
        address account,
        uint64 expiry,
        bool bump,
        uint64 deadline,
        bytes calldata signatures
    ) external {
        _decide(
            keccak256(abi.encode(SET_ROLE_TYPE, role, account, expiry, bump, nonce, deadline)),
            deadline,
            signatures
        );
        _setRole(role, account, expiry);
        if (bump) _bumpEpoch();
    }

    /// @notice Threshold: a plain key may sign envelopes of one action until `expiry` (unix seconds), or no longer (0).
    function setDelegate(
        address delegate,
        string calldata action,
        uint64 expiry,
        uint64 deadline,
        bytes calldata signatures
    ) external {
        bytes32 scope = keccak256(bytes(action));
        _decide(
            keccak256(abi.encode(SET_DELEGATE_TYPE, delegate, scope, expiry, nonce, deadline)),
            deadline,
            signatures
        );
        delegates[keccak256(abi.encode(delegate, scope))] = expiry;
        emit DelegateSet(delegate, action, scope, expiry);
    }

    /// @notice Threshold: the signers, and how many of them must sign, from now on.
    /// @param signers_ at most 16, ascending, none zero
    function setSigners(
        uint16 threshold_,
        address[] calldata signers_,
        uint64 deadline,
        bytes calldata signatures
    ) external {
        _decide(
            keccak256(
                abi.encode(
                    SET_SIGNERS_TYPE, threshold_, keccak256(abi.encodePacked(signers_)), nonce, deadline
                )
            ),
            deadline,
            signatures
        );
        _setSigners(threshold_, signers_);
    }

    /// @notice Threshold: the keys that sign checkpoints from now on.
    /// @param keys at most 16, ascending, none zero
    /// @param handover the outgoing keys' signatures of the incoming set; kept in the event for boards that slept
    function setCheckpointKeys(
        uint16 threshold_,
        address[] calldata keys,
        bytes calldata handover,
        uint64 deadline,
        bytes calldata signatures
    ) external {
        _decide(
            keccak256(
                abi.encode(
                    SET_CHECKPOINT_KEYS_TYPE, threshold_, keccak256(abi.encodePacked(keys)), nonce, deadline
                )
            ),
            deadline,
            signatures
        );
        _setCheckpointKeys(threshold_, keys, handover);
    }

    /// @notice Threshold: the fork schedule that boards may adopt, ahead of the fork.
    function setForkSchedule(bytes calldata data, uint64 deadline, bytes calldata signatures) external {
        bytes32 hash = keccak256(data);
        _decide(keccak256(abi.encode(SET_FORK_SCHEDULE_TYPE, hash, nonce, deadline)), deadline, signatures);
        forkSchedule = hash;
        emit ForkScheduleSet(hash, data);
    }

    /// @notice Threshold: voids what the fleet commanded so far and boards have not yet executed.
    function bumpEpoch(uint64 deadline, bytes calldata signatures) external {
        _decide(keccak256(abi.encode(BUMP_FLEET_EPOCH_TYPE, nonce, deadline)), deadline, signatures);
        _bumpEpoch();
    }

    // --- reading ---

    /// @notice The expiry (unix seconds) of `role` for `account`; 0: never had it, or it was taken.
    function roleExpiry(Role role, address account) external view returns (uint64) {
        return _roles[_roleKey(role, account)];
    }

    /// @notice The expiry (unix seconds) of the listing of `delegate` for `action`; 0: not listed.
    function delegateExpiry(address delegate, string calldata action) external view returns (uint64) {
        return delegates[keccak256(abi.encode(delegate, keccak256(bytes(action))))];
    }

    /// @notice The keys of the threshold.
    function signers() external view returns (address[] memory) {
        return _allKeys();
    }

    /// @notice Checks one receipt against its anchor.
    /// @param signature the board's, 65 bytes
    /// @param proof Merkle path from the receipt to `root`
    /// @return time the time (unix seconds) at which the root was anchored: the receipt existed by then
    /// @return signer the address of the key that signed it
    /// @return current whether that is the device's present key; after a rotation, KeyRotated events tell the past ones
    function checkReceipt(
        address device,
        Receipt calldata receipt,
        bytes calldata signature,
        bytes32 root,
        bytes32[] calldata proof
    ) external view returns (uint64 time, address signer, bool current) {
        bytes32 digest = Receipts.digest(device, receipt);
        signer = ECDSA.recoverCalldata(digest, signature);
        time = anchoredAt[root];
        if (time == 0 || !MerkleProof.verifyCalldata(proof, root, Receipts.leaf(digest, signer))) {
            revert NotAnchored(root);
        }
        current = IDevice(device).key() == signer;
    }

    /// @notice ERC-165.
    function supportsInterface(bytes4 interfaceId) public view override returns (bool) {
        return interfaceId == type(IFleet).interfaceId || super.supportsInterface(interfaceId);
    }

    // --- inside ---

    function _roleKey(Role role, address account) private pure returns (uint256) {
        return (uint256(role) << 160) | uint160(account);
    }

    function _requireRole(Role role) private view returns (uint64 expiry) {
        assembly ("memory-safe") {
            // _roles[_roleKey(role, msg.sender)]; nothing else lies in that slot
            mstore(0, or(shl(160, role), caller()))
            mstore(32, _roles.slot)
            expiry := sload(keccak256(0, 64))
        }
        if (expiry <= block.timestamp) revert MissingRole(role, msg.sender);
    }

    /// @dev For what carries its own protection against being repeated (a sequence, an epoch).
    function _requireThreshold(bytes32 structHash, uint64 deadline, bytes calldata signatures) private view {
        _requireSignatures(threshold, structHash, deadline, signatures);
    }

    /// @dev For the fleet's own decisions: `structHash` covers the present nonce, which ends here.
    function _decide(bytes32 structHash, uint64 deadline, bytes calldata signatures) private {
        _requireThreshold(structHash, deadline, signatures);
        ++nonce;
    }

    function _requireEpoch(address device, uint32 signed) private view {
        uint32 present = IDevice(device).epoch();
        if (present != signed) revert WrongEpoch(present, signed);
    }

    function _appendBatch(bytes32 root, uint64 notAfter, address operator, uint8 class) private {
        Links.checkTime(notAfter);
        (uint256 word, uint32 fleetEpoch, uint64 presentNonce) = _runningPolicy();
        uint64 next = presentNonce + 1;
        bytes32 newHead = Links.extendBatch(batchHead, next, root, notAfter, fleetEpoch, operator, class);
        assembly ("memory-safe") {
            sstore(batchNonce.slot, add(word, shl(mul(8, batchNonce.offset), 1)))
        }
        batchHead = newHead;
        emit BatchAppended(next, root, newHead, notAfter, fleetEpoch, operator, class);
    }

    /// @dev Slot 0 in one read; the compiler would read it once for each variable. Reverts while paused.
    function _runningPolicy() private view returns (uint256 word, uint32 epoch_, uint64 batchNonce_) {
        bool paused_;
        assembly ("memory-safe") {
            word := sload(paused.slot)
            paused_ := and(shr(mul(8, paused.offset), word), 0xff)
            epoch_ := and(shr(mul(8, epoch.offset), word), 0xffffffff)
            batchNonce_ := and(shr(mul(8, batchNonce.offset), word), 0xffffffffffffffff)
        }
        if (paused_) revert FleetPaused();
    }

    function _bumpEpoch() private {
        uint32 next = epoch + 1;
        epoch = next;
        emit FleetEpochBumped(next);
    }

    function _setRole(Role role, address account, uint64 expiry) private {
        _roles[_roleKey(role, account)] = expiry;
        emit RoleSet(role, account, expiry);
    }

    function _setSigners(uint16 threshold_, address[] calldata signers_) private {
        if (threshold_ < 2) revert ThresholdTooLow(threshold_);
        _replaceKeys(threshold_, signers_);
        threshold = threshold_;
        emit SignersSet(threshold_, signers_);
    }

    function _setCheckpointKeys(uint16 threshold_, address[] calldata keys, bytes calldata handover) private {
        _checkKeys(threshold_, keys);
        checkpointKeys = keccak256(abi.encode(threshold_, keys));
        emit CheckpointKeysSet(threshold_, keys, handover);
    }
}
