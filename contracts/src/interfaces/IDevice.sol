// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

/// @notice The stages of a board's life. `Retired` is final. Routine commands reach an `Active` board alone, those that
/// cannot be undone a `Suspended` one too.
enum Status {
    None,
    Provisioned,
    Active,
    Suspended,
    Stolen,
    Retired
}

/// @title The contract of one board
/// @notice One clone per board, at an address that the board computes from its own first key.
/// "Owner" and "fleet" in the remarks below are the only two accounts that can change anything here, but for a successor
/// whom the owner named: an account, or the holder of a claim key together with the board.
interface IDevice {
    /// @notice Command `sequence` was appended. Everything that a board needs to walk its head is in here.
    event Linked(
        uint32 indexed sequence,
        bytes32 commandHash,
        bytes32 head,
        uint64 notAfter,
        uint32 epoch,
        uint32 fleetEpoch,
        address operator,
        uint8 class
    );
    /// @notice A new epoch began: links of older ones are void and `head` is where the new one starts.
    event EpochBumped(uint32 epoch, uint32 sequence, bytes32 head);
    /// @notice The status is now `status`.
    event StatusChanged(Status status);
    /// @notice The device now obeys `fleet`.
    event FleetChanged(address indexed fleet);
    /// @notice The device now takes releases of `channel`.
    event ChannelChanged(address indexed channel);
    /// @notice `version` of `channel` with that image may be installed. All zero: nothing may be.
    event ApprovalChanged(bytes32 approval, address channel, uint32 version, bytes32 imageSha256);
    /// @notice The device now takes apps of `channel`, or (zero) none.
    event AppChannelChanged(address indexed channel);
    /// @notice `version` of the app line's channel with that image may be installed. All zero: nothing may be.
    event AppApprovalChanged(bytes32 approval, address channel, uint32 version, bytes32 imageSha256);
    /// @notice The owner named a successor, who has to accept: an account, or (`byClaim`) a claim key. Zero: called off.
    event OwnershipOffered(address indexed newOwner, bool byClaim);
    /// @notice The board's key was replaced.
    event KeyRotated(address indexed oldKey, address indexed newKey);

    /// @notice Only the owner may do this.
    error NotOwner(address caller);
    /// @notice Only the device's fleet may do this.
    error NotFleet(address caller);
    /// @notice Only the successor whom the owner named may accept; `account` called, or signed the claim.
    error NotPendingOwner(address account);
    /// @notice A claim key alone takes nothing over: the board has to sign besides (acceptClaim).
    error OfferedToClaimKey(address claimKey);
    /// @notice The claim is not signed by the board.
    error NotSignedByBoard(address signer);
    /// @notice The device was initialised before.
    error AlreadyInitialised();
    /// @notice The status does not allow this.
    error WrongStatus(Status status);
    /// @notice Someone else was faster: the device is at `sequence`, this command expected to become `expected`.
    error WrongSequence(uint32 sequence, uint32 expected);
    /// @notice The address carries no genuine clone of ours.
    error NotGenuine(address account);
    /// @notice Zero where an address is needed, or no change at all.
    error WrongAddress(address account);
    /// @notice The approval names a channel that the device does not follow.
    error WrongChannel(address channel);

    /// @notice The address of the key with which the board signs.
    function key() external view returns (address);

    /// @notice The stage of the board's life.
    function status() external view returns (Status);

    /// @notice The number of the newest command; never goes down.
    function sequence() external view returns (uint32);

    /// @notice The count of changes of owner, fleet and key, and of bumps alone; never goes down.
    function epoch() external view returns (uint32);

    /// @notice The hash chain of all commands of this epoch.
    function head() external view returns (bytes32);

    /// @notice The fleet that may command the board.
    function fleet() external view returns (address);

    /// @notice The channel whose releases the board may take.
    function channel() external view returns (address);

    /// @notice keccak256(abi.encode(channel, version, imageSha256)) of the one image that may be installed, or zero.
    function approval() external view returns (bytes32);

    /// @notice The channel whose apps the board may take, or zero.
    function appChannel() external view returns (address);

    /// @notice The approval of the app line, formed like that of the firmware, or zero.
    function appApproval() external view returns (bytes32);

    /// @notice The successor who may accept, or zero.
    function pendingOwner() external view returns (address);

    /// @notice True: the successor is a claim key, which takes over only together with the board.
    function pendingByClaim() external view returns (bool);

    /// @notice Sets the first values; the factory does so in the transaction that creates the clone. The app line begins
    /// without a channel.
    function initialize(address key, address owner, address fleet, address channel) external;

    /// @notice Owner: sets any status but `None` and `Retired`, from the one he believes it has.
    /// @param expected the present status; guards against undoing what a guardian did meanwhile
    function setStatus(Status expected, Status to) external;

    /// @notice Owner, with signatures of the fleet's threshold: ends the board's life for ever.
    /// @param deadline unix seconds until which the signatures are good
    /// @param signatures 65 bytes each, in ascending order of their signers
    function retire(uint64 deadline, bytes calldata signatures) external;

    /// @notice Owner: obeys another fleet from now on. Clears both approvals and bumps the epoch.
    function setFleet(address fleet) external;

    /// @notice Owner: follows another channel from now on. Clears the approval.
    function setChannel(address channel) external;

    /// @notice Owner: takes apps of another channel from now on, or (zero) of none. Clears the approval of the app line.
    function setAppChannel(address channel) external;

    /// @notice Owner: names a claim key as the successor. Its secret lies with the board, on the box; whoever has it takes
    /// over with acceptClaim alone. transferOwnership, of zero too, calls it off.
    /// @param claimKey the address of the key; not zero
    function offerClaim(address claimKey) external;

    /// @notice The named successor: takes over, with a fleet and a channel of his own. Clears both approvals and the app
    /// line's channel, bumps the epoch.
    function acceptOwnership(address fleet, address channel) external;

    /// @notice Anybody, with the signatures of claim key and board over Claim in the device's domain: as acceptOwnership,
    /// for the owner whom both name. Whoever sends this only pays.
    /// @param newOwner not zero
    /// @param deadline unix seconds, at most an hour ahead
    /// @param claimSignature,boardSignature 65 bytes each
    function acceptClaim(
        address newOwner,
        address fleet,
        address channel,
        uint64 deadline,
        bytes calldata claimSignature,
        bytes calldata boardSignature
    ) external;

    /// @notice Owner or fleet (a Releaser): allows one image.
    /// @param channel the channel that the device follows, so that a change meanwhile makes this revert
    function approve(address channel, uint32 version, bytes32 imageSha256) external;

    /// @notice Owner or fleet (a Guardian): allows no image.
    function clearApproval() external;

    /// @notice Owner or fleet (a Releaser): allows one app.
    /// @param channel the channel of the app line, so that a change meanwhile makes this revert; not zero
    function approveApp(address channel, uint32 version, bytes32 imageSha256) external;

    /// @notice Owner or fleet (a Guardian): allows no app.
    function clearAppApproval() external;

    /// @notice Owner or fleet (its threshold): voids every command that was not yet executed.
    function bumpEpoch() external;

    /// @notice Fleet (a Provisioner): lets a provisioned board begin to obey.
    function activate() external;

    /// @notice Fleet (a Guardian): only towards `Suspended` or `Stolen`.
    /// @return from the status before
    function restrain(Status to) external returns (Status from);

    /// @notice Fleet (a Commander, or its threshold for class 1): appends a command, to an `Active` board; of class 1 to a
    /// `Suspended` one too.
    /// @param expected the number that this command must get
    /// @param commandHash EIP-712 digest of the envelope
    /// @param notAfter unix seconds, at most 30 days ahead
    /// @param fleetEpoch the fleet's epoch, bound into the link
    /// @param operator the role holder who called the fleet; the fleet itself for class 1
    /// @param class 0 routine, 1 irreversible
    /// @return the new head
    function append(
        uint32 expected,
        bytes32 commandHash,
        uint64 notAfter,
        uint32 fleetEpoch,
        address operator,
        uint8 class
    ) external returns (bytes32);

    /// @notice Fleet (its threshold): replaces the board's key. Both keys sign RotateKey. Bumps the epoch.
    function rotateKey(address newKey, uint64 deadline, bytes calldata oldSignature, bytes calldata newSignature)
        external;
}
