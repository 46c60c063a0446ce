// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

/// @notice The roles that an account may have in a fleet, each until its expiry.
enum Role {
    Commander,
    Releaser,
    Guardian,
    Provisioner
}

/// @notice A role from the first moment on.
struct Grant {
    Role role;
    address account;
    /// unix seconds
    uint64 expiry;
}

/// @notice All that a fleet begins with; its address is computed from it, so nobody can begin it otherwise.
struct FleetSetup {
    /// keys of the threshold: plain keys, at most 16, ascending
    address[] signers;
    /// the number of them that must sign what cannot be undone; at least 2
    uint16 threshold;
    /// keys that may sign checkpoints: plain keys, at most 16, ascending; may be empty
    address[] checkpointKeys;
    /// the number of them that a checkpoint needs
    uint16 checkpointThreshold;
    Grant[] grants;
}

/// @title The contract of one organisation: the accounts that may command its boards
interface IFleet {
    /// @notice A guardian stopped the fleet.
    event Paused(address indexed guardian);
    /// @notice The threshold lets the fleet go on.
    event Resumed();
    /// @notice Links and batches with an older fleet epoch are void.
    event FleetEpochBumped(uint32 epoch);
    /// @notice `account` has `role` until `expiry` (unix seconds; 0: no longer).
    event RoleSet(Role indexed role, address indexed account, uint64 expiry);
    /// @notice `delegate` may sign `action` until `expiry` (unix seconds; 0: no longer).
    event DelegateSet(address indexed delegate, string action, bytes32 scope, uint64 expiry);
    /// @notice These keys sign checkpoints from now on; `handover` are the outgoing keys' signatures, for boards that slept.
    event CheckpointKeysSet(uint16 threshold, address[] keys, bytes handover);
    /// @notice The fork schedule that boards of this fleet may adopt; `data` is what `hash` commits to.
    event ForkScheduleSet(bytes32 hash, bytes data);
    /// @notice These keys sign what cannot be undone from now on.
    event SignersSet(uint16 threshold, address[] signers);
    /// @notice Commands for many boards at once.
    event BatchAppended(
        uint64 indexed nonce,
        bytes32 root,
        bytes32 batchHead,
        uint64 notAfter,
        uint32 fleetEpoch,
        address operator,
        uint8 class
    );
    /// @notice Receipts were anchored under a Merkle root.
    event ReceiptsAnchored(bytes32 indexed root, address indexed operator);

    /// @notice The fleet was initialised before.
    error AlreadyInitialised();
    /// @notice `account` does not have `role`, or no longer.
    error MissingRole(Role role, address account);
    /// @notice The fleet is paused.
    error FleetPaused();
    /// @notice The fleet is not paused.
    error FleetNotPaused();
    /// @notice The device is in another epoch than was signed for.
    error WrongEpoch(uint32 epoch, uint32 signed);
    /// @notice Another batch came first.
    error WrongNonce(uint64 nonce, uint64 expected);
    /// @notice These receipts are anchored already.
    error AlreadyAnchored(bytes32 root);
    /// @notice A receipt is not under that root, or the root is not anchored.
    error NotAnchored(bytes32 root);
    /// @notice A single key must never be able to take a fleet.
    error ThresholdTooLow(uint16 threshold);

    /// @notice True: nobody but guardians and the threshold can do anything, and nothing is appended.
    function paused() external view returns (bool);

    /// @notice Bound into every link and batch; never goes down.
    function epoch() external view returns (uint32);

    /// @notice Reverts unless the threshold signed that the calling device be retired.
    /// @dev A view: the device cannot be retired twice, and its epoch is signed too.
    function checkRetirement(uint32 deviceEpoch, uint64 deadline, bytes calldata signatures) external view;

    /// @notice Sets the first values; the factory does so in the transaction that creates the clone.
    function initialize(FleetSetup calldata setup) external;
}
