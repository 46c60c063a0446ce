// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

/// @notice All that a channel begins with; its address is computed from it.
struct ChannelSetup {
    /// the hardware (an id that the vendor chose) that the images are for
    bytes32 hardware;
    /// keys that release: plain keys, at most 16, ascending
    address[] releaseKeys;
    /// the number of them that a release needs
    uint16 threshold;
    /// accounts that may pause and withdraw: at most 16 to begin with, ascending; may be empty
    address[] guardians;
    /// Merkle root over the devices that the vendor made
    bytes32 manufactureRoot;
    /// the number of boards whose reports of failure halt a rollout
    uint32 haltThreshold;
}

/// @notice A version as it is published.
struct Release {
    uint32 version;
    bytes32 imageSha256;
    /// bytes
    uint32 size;
    bytes32 manifestHash;
    /// boards below this version are in every cohort, and never go below it again
    uint32 floor;
    /// the number of boards of a thousand that may take it for now
    uint16 rollout;
}

/// @title The contract of one vendor's line of images for one hardware
interface IReleaseChannel {
    /// @notice A version was published.
    event Published(
        uint32 indexed version, bytes32 imageSha256, uint32 size, bytes32 manifestHash, uint32 floor, uint16 rollout
    );
    /// @notice A version may be installed no longer, for ever.
    event Withdrawn(uint32 indexed version, address indexed guardian);
    /// @notice The rollout of the newest version is now `rollout` of a thousand.
    event RolloutChanged(uint32 indexed version, uint16 rollout, address indexed by);
    /// @notice A guardian stopped the channel.
    event ChannelPaused(address indexed guardian);
    /// @notice The release keys let it go on.
    event ChannelResumed(uint32 indexed version);
    /// @notice A genuine board says that it could not install a version.
    event FailureCounted(uint32 indexed version, address indexed device, uint32 failures);
    /// @notice So many boards failed that the rollout stopped by itself.
    event Halted(uint32 indexed version, uint32 failures);
    /// @notice The vendor's list of boards.
    event ManufactureSet(bytes32 root);
    /// @notice An account became a guardian, or no longer is one.
    event GuardianSet(address indexed account, bool allowed);
    /// @notice These keys release from now on.
    event ReleaseKeysSet(uint16 threshold, address[] keys);

    /// @notice The channel was initialised before.
    error AlreadyInitialised();
    /// @notice The version is not newer than the newest.
    error NotNewer(uint32 version, uint32 newest);
    /// @notice The version is not the newest.
    error NotNewest(uint32 version, uint32 newest);
    /// @notice The version was never published, or is withdrawn.
    error NotPublished(uint32 version);
    /// @notice A floor never goes down, and never above the version that sets it.
    error WrongFloor(uint32 floor);
    /// @notice More than a thousand of a thousand, or not the direction that was asked for.
    error WrongRollout(uint16 rollout);
    /// @notice An image without bytes, or a count of zero.
    error Empty();
    /// @notice The channel is paused or the rollout halted.
    error ChannelStopped(uint8 flags);
    /// @notice Nothing is stopped.
    error ChannelNotStopped();
    /// @notice Only a guardian may do this.
    error NotGuardian(address caller);
    /// @notice Only a release key may do this.
    error NotReleaseKey(address caller);
    /// @notice The receipt does not say that this version failed.
    error NotAFailure();
    /// @notice The device is not in the vendor's list, or is stolen or retired.
    error NotManufactured(address device);
    /// @notice The receipt is not signed by the board.
    error NotSignedByBoard(address signer);
    /// @notice This board was counted for this version.
    error AlreadyCounted(address device);

    /// @notice The highest version that was published.
    function newest() external view returns (uint32);

    /// @notice Sets the first values; the factory does so in the transaction that creates the clone.
    function initialize(ChannelSetup calldata setup) external;
}
