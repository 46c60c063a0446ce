// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {ECDSA} from "@openzeppelin/contracts/utils/cryptography/ECDSA.sol";
import {EIP712} from "@openzeppelin/contracts/utils/cryptography/EIP712.sol";
import {ERC165} from "@openzeppelin/contracts/utils/introspection/ERC165.sol";
import {IDevice, Status} from "./interfaces/IDevice.sol";
import {IERC173} from "./interfaces/IERC173.sol";
import {IFleet} from "./interfaces/IFleet.sol";
import {CloneCode} from "./libraries/CloneCode.sol";
import {ConsoleProofs} from "./libraries/ConsoleProofs.sol";
import {Links} from "./libraries/Links.sol";

/// @dev The state that boards prove, first and as plain variables: a board reads these very slots. Never reorder.
abstract contract DeviceState is IDevice, IERC173 {
    /// @inheritdoc IDevice
    address public override key;
    /// @inheritdoc IDevice
    Status public override status;
    /// @inheritdoc IDevice
    uint32 public override sequence;
    /// @inheritdoc IDevice
    uint32 public override epoch;
    /// @inheritdoc IDevice
    bytes32 public override head;
    /// @inheritdoc IERC173
    address public override owner;
    /// @inheritdoc IDevice
    address public override fleet;
    /// @inheritdoc IDevice
    address public override channel;
    /// @inheritdoc IDevice
    bytes32 public override approval;
    /// @inheritdoc IDevice
    address public override appChannel;
    /// @inheritdoc IDevice
    bytes32 public override appApproval;
    /// @inheritdoc IDevice
    address public override pendingOwner;
    /// @inheritdoc IDevice
    bool public override pendingByClaim;
}

/// @title A board's contract: the links and the words that it trusts, and nothing else
/// @notice See IDevice for who may do what. Immutable; used only through EIP-1167 clones.
contract Device is DeviceState, EIP712, ERC165 {
    bytes32 private constant ROTATE_KEY_TYPE =
        keccak256("RotateKey(address oldKey,address newKey,uint32 epoch,uint64 deadline)");
    bytes32 private constant CLAIM_TYPE =
        keccak256("Claim(uint32 epoch,address newOwner,address fleet,address channel,uint64 deadline)");

    bytes32 private immutable FLEET_CODE;
    bytes32 private immutable CHANNEL_CODE;

    modifier onlyOwner() {
        if (msg.sender != owner) revert NotOwner(msg.sender);
        _;
    }

    modifier onlyFleet() {
        if (msg.sender != fleet) revert NotFleet(msg.sender);
        _;
    }

    /// @param fleetImplementation the implementation that genuine fleets are clones of
    /// @param channelImplementation the implementation that genuine channels are clones of
    constructor(address fleetImplementation, address channelImplementation) EIP712("Holdfast", "1") {
        FLEET_CODE = CloneCode.hashOf(fleetImplementation);
        CHANNEL_CODE = CloneCode.hashOf(channelImplementation);
        status = Status.Retired; // the implementation itself is nobody's board
    }

    /// @inheritdoc IDevice
    function initialize(address key_, address owner_, address fleet_, address channel_) external {
        if (status != Status.None) revert AlreadyInitialised();
        if (key_ == address(0) || owner_ == address(0)) revert WrongAddress(address(0));
        uint8 provisioned = uint8(Status.Provisioned);
        assembly ("memory-safe") {
            // key and status in one write; sequence and epoch begin at zero
            sstore(key.slot, or(shr(96, shl(96, key_)), shl(mul(8, status.offset), provisioned)))
        }
        owner = owner_;
        _setFleet(fleet_);
        _setChannel(channel_);
    }

    /// @inheritdoc IDevice
    function setStatus(Status expected, Status to) external onlyOwner {
        Status present = status;
        if (present != expected || present == to || present == Status.Retired) revert WrongStatus(present);
        if (to == Status.None || to == Status.Retired) revert WrongStatus(to);
        _setStatus(to);
    }

    /// @inheritdoc IDevice
    function retire(uint64 deadline, bytes calldata signatures) external onlyOwner {
        if (status == Status.Retired) revert WrongStatus(Status.Retired);
        IFleet(fleet).checkRetirement(epoch, deadline, signatures);
        _setStatus(Status.Retired);
    }

    /// @inheritdoc IDevice
    function setFleet(address fleet_) external onlyOwner {
        if (status == Status.Retired) revert WrongStatus(Status.Retired);
        _setFleet(fleet_);
        emit FleetChanged(fleet_);
        _clearApproval();
        _clearAppApproval();
        _bumpEpoch();
    }

    /// @inheritdoc IDevice
    function setChannel(address channel_) external onlyOwner {
        if (status == Status.Retired) revert WrongStatus(Status.Retired);
        _setChannel(channel_);
        emit ChannelChanged(channel_);
        _clearApproval();
    }

    /// @inheritdoc IDevice
    function setAppChannel(address channel_) external onlyOwner {
        if (status == Status.Retired) revert WrongStatus(Status.Retired);
        if (channel_ != address(0)) _requireChannel(channel_);
        _setAppChannel(channel_);
    }

    /// @inheritdoc IERC173
    function transferOwnership(address newOwner) external onlyOwner {
        _offer(newOwner, false);
    }

    /// @inheritdoc IDevice
    function offerClaim(address claimKey) external onlyOwner {
        if (claimKey == address(0)) revert WrongAddress(claimKey);
        _offer(claimKey, true);
    }

    /// @inheritdoc IDevice
    function acceptOwnership(address fleet_, address channel_) external {
        if (msg.sender != pendingOwner) revert NotPendingOwner(msg.sender);
        if (pendingByClaim) revert OfferedToClaimKey(msg.sender);
        _requireTransferable();
        _handOver(msg.sender, fleet_, channel_);
    }

    /// @inheritdoc IDevice
    function acceptClaim(
        address newOwner,
        address fleet_,
        address channel_,
        uint64 deadline,
        bytes calldata claimSignature,
        bytes calldata boardSignature
    ) external {
        _requireTransferable();
        if (newOwner == address(0)) revert WrongAddress(newOwner);
        ConsoleProofs.checkDeadline(deadline);
        bytes32 digest = _hashTypedDataV4(
            keccak256(abi.encode(CLAIM_TYPE, epoch, newOwner, fleet_, channel_, deadline))
        );
        address signer = ECDSA.recoverCalldata(digest, claimSignature);
        if (!pendingByClaim || signer != pendingOwner) revert NotPendingOwner(signer);
        signer = ECDSA.recoverCalldata(digest, boardSignature);
        if (signer != key) revert NotSignedByBoard(signer);
        _handOver(newOwner, fleet_, channel_);
    }

    /// @inheritdoc IDevice
    function approve(address channel_, uint32 version, bytes32 imageSha256) external {
        _requireOwnerOrFleet();
        _requireTransferable();
        if (channel_ != channel) revert WrongChannel(channel_);
        bytes32 value = Links.approval(channel_, version, imageSha256);
        approval = value;
        emit ApprovalChanged(value, channel_, version, imageSha256);
    }

    /// @inheritdoc IDevice
    function clearApproval() external {
        _requireOwnerOrFleet();
        _clearApproval();
    }

    /// @inheritdoc IDevice
    function approveApp(address channel_, uint32 version, bytes32 imageSha256) external {
        _requireOwnerOrFleet();
        _requireTransferable();
        if (channel_ == address(0) || channel_ != appChannel) revert WrongChannel(channel_);
        bytes32 value = Links.approval(channel_, version, imageSha256);
        appApproval = value;
        emit AppApprovalChanged(value, channel_, version, imageSha256);
    }

    /// @inheritdoc IDevice
    function clearAppApproval() external {
        _requireOwnerOrFleet();
        _clearAppApproval();
    }

    /// @inheritdoc IDevice
    function bumpEpoch() external {
        _requireOwnerOrFleet();
        if (status == Status.Retired) revert WrongStatus(Status.Retired);
        _bumpEpoch();
    }

    /// @inheritdoc IDevice
    function activate() external onlyFleet {
        if (status != Status.Provisioned) revert WrongStatus(status);
        _setStatus(Status.Active);
    }

    /// @inheritdoc IDevice
    function restrain(Status to) external onlyFleet returns (Status from) {
        if (to != Status.Suspended && to != Status.Stolen) revert WrongStatus(to);
        uint256 word;
        (word, from,,) = _firstSlot();
        // The numbers ascend with severity up to Stolen, and nobody but the owner may go back.
        if (from >= to) revert WrongStatus(from);
        assembly ("memory-safe") {
            sstore(status.slot, add(word, shl(mul(8, status.offset), sub(to, from))))
        }
        emit StatusChanged(to);
    }

    /// @inheritdoc IDevice
    function append(
        uint32 expected,
        bytes32 commandHash,
        uint64 notAfter,
        uint32 fleetEpoch,
        address operator,
        uint8 class
    ) external onlyFleet returns (bytes32 newHead) {
        (uint256 word, Status present, uint32 presentSequence, uint32 presentEpoch) = _firstSlot();
        // The threshold alone reaches a suspended board; nobody reaches one that is neither.
        if (present != Status.Active && (present != Status.Suspended || class != Links.IRREVERSIBLE)) {
            revert WrongStatus(present);
        }
        if (expected != presentSequence + 1) revert WrongSequence(presentSequence, expected);
        Links.checkTime(notAfter);
        newHead =
            Links.extend(head, expected, commandHash, notAfter, presentEpoch, fleetEpoch, operator, class);
        _addToSequence(word);
        head = newHead;
        emit Linked(expected, commandHash, newHead, notAfter, presentEpoch, fleetEpoch, operator, class);
    }

    /// @inheritdoc IDevice
    function rotateKey(address newKey, uint64 deadline, bytes calldata oldSignature, bytes calldata newSignature)
        external
        onlyFleet
    {
        _requireTransferable();
        address oldKey = key;
        if (newKey == oldKey) revert WrongAddress(newKey);
        if (block.timestamp > deadline) revert Links.WrongTime(deadline, uint64(block.timestamp));
        bytes32 digest =
            _hashTypedDataV4(keccak256(abi.encode(ROTATE_KEY_TYPE, oldKey, newKey, epoch, deadline)));
        if (ECDSA.recoverCalldata(digest, oldSignature) != oldKey) revert WrongAddress(oldKey);
        if (ECDSA.recoverCalldata(digest, newSignature) != newKey) revert WrongAddress(newKey);
        key = newKey;
        emit KeyRotated(oldKey, newKey);
        _bumpEpoch();
    }

    /// @notice ERC-165.
    function supportsInterface(bytes4 interfaceId) public view override returns (bool) {
        return interfaceId == type(IDevice).interfaceId || interfaceId == type(IERC173).interfaceId
            || super.supportsInterface(interfaceId);
    }

    /// @dev Slot 0 in one read; the compiler would read it once for each variable.
    function _firstSlot()
        private
        view
        returns (uint256 word, Status status_, uint32 sequence_, uint32 epoch_)
    {
        assembly ("memory-safe") {
            word := sload(status.slot)
            status_ := and(shr(mul(8, status.offset), word), 0xff)
            sequence_ := and(shr(mul(8, sequence.offset), word), 0xffffffff)
            epoch_ := and(shr(mul(8, epoch.offset), word), 0xffffffff)
        }
    }

    /// @dev One more, in one write. The caller has made sure that it does not overflow.
    function _addToSequence(uint256 word) private {
        assembly ("memory-safe") {
            sstore(sequence.slot, add(word, shl(mul(8, sequence.offset), 1)))
        }
    }

    function _setStatus(Status to) private {
        status = to;
        emit StatusChanged(to);
    }

    function _setFleet(address fleet_) private {
        if (fleet_.codehash != FLEET_CODE) revert NotGenuine(fleet_);
        fleet = fleet_;
    }

    function _setChannel(address channel_) private {
        _requireChannel(channel_);
        channel = channel_;
    }

    function _setAppChannel(address channel_) private {
        appChannel = channel_;
        emit AppChannelChanged(channel_);
        _clearAppApproval();
    }

    function _requireChannel(address channel_) private view {
        if (channel_.codehash != CHANNEL_CODE) revert NotGenuine(channel_);
    }

    function _offer(address newOwner, bool byClaim) private {
        _requireTransferable();
        pendingOwner = newOwner;
        pendingByClaim = byClaim;
        emit OwnershipOffered(newOwner, byClaim);
    }

    /// @dev Nothing that the former owner chose or allowed is left: the successor named a fleet and a channel, and no
    /// channel of the app line.
    function _handOver(address newOwner, address fleet_, address channel_) private {
        emit OwnershipTransferred(owner, newOwner);
        owner = newOwner;
        pendingOwner = address(0);
        pendingByClaim = false;
        _setFleet(fleet_);
        emit FleetChanged(fleet_);
        _setChannel(channel_);
        emit ChannelChanged(channel_);
        _clearApproval();
        if (appChannel != address(0)) _setAppChannel(address(0));
        _bumpEpoch();
    }

    function _clearApproval() private {
        if (approval == 0) return;
        approval = 0;
        emit ApprovalChanged(0, address(0), 0, 0);
    }

    function _clearAppApproval() private {
        if (appApproval == 0) return;
        appApproval = 0;
        emit AppApprovalChanged(0, address(0), 0, 0);
    }

    /// @dev Links of the old epoch can no longer be reached from the head, whatever they are.
    function _bumpEpoch() private {
        uint32 next = epoch + 1;
        uint32 present = sequence;
        bytes32 newHead = Links.start(address(this), next, present);
        epoch = next;
        head = newHead;
        emit EpochBumped(next, present, newHead);
    }

    function _requireOwnerOrFleet() private view {
        if (msg.sender != owner && msg.sender != fleet) revert NotOwner(msg.sender);
    }

    /// @dev A stolen or a retired board is neither handed on nor given anything new.
    function _requireTransferable() private view {
        if (status >= Status.Stolen) revert WrongStatus(status);
    }
}
