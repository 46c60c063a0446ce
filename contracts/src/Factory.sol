// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Clones} from "@openzeppelin/contracts/proxy/Clones.sol";
import {ECDSA} from "@openzeppelin/contracts/utils/cryptography/ECDSA.sol";
import {EIP712} from "@openzeppelin/contracts/utils/cryptography/EIP712.sol";
import {ERC165} from "@openzeppelin/contracts/utils/introspection/ERC165.sol";
import {IDevice} from "./interfaces/IDevice.sol";
import {IFactory, Possession} from "./interfaces/IFactory.sol";
import {FleetSetup, IFleet} from "./interfaces/IFleet.sol";
import {ChannelSetup, IReleaseChannel} from "./interfaces/IReleaseChannel.sol";
import {ConsoleProofs} from "./libraries/ConsoleProofs.sol";

/// @title Creates devices, fleets and channels, each in one transaction with its first values
/// @notice Holds no state and belongs to nobody. See IFactory.
contract Factory is IFactory, EIP712, ERC165 {
    bytes32 private constant POSSESSION_TYPE = keccak256(
        "Possession(address board,address owner,address fleet,address channel,bytes32 trustConfiguration,uint64 deadline)"
    );

    /// @notice The implementation that devices are clones of.
    address public immutable deviceImplementation;
    /// @notice The implementation that fleets are clones of.
    address public immutable fleetImplementation;
    /// @notice The implementation that release channels are clones of.
    address public immutable channelImplementation;

    constructor(address deviceImplementation_, address fleetImplementation_, address channelImplementation_)
        EIP712("Holdfast", "1")
    {
        deviceImplementation = deviceImplementation_;
        fleetImplementation = fleetImplementation_;
        channelImplementation = channelImplementation_;
    }

    /// @inheritdoc IFactory
    function register(Possession calldata possession, bytes calldata signature)
        external
        returns (address device)
    {
        return _register(possession, signature);
    }

    /// @inheritdoc IFactory
    function registerTray(Possession[] calldata possessions, bytes[] calldata signatures) external {
        if (possessions.length != signatures.length) revert WrongCount();
        for (uint256 i; i < possessions.length; ++i) {
            if (deviceOf(possessions[i].board).code.length == 0) _register(possessions[i], signatures[i]);
        }
    }

    /// @inheritdoc IFactory
    function createFleet(FleetSetup calldata setup, bytes32 salt) external returns (address fleet) {
        bytes32 full = keccak256(abi.encode(setup, salt));
        fleet = Clones.predictDeterministicAddress(fleetImplementation, full);
        if (fleet.code.length != 0) return fleet;
        Clones.cloneDeterministic(fleetImplementation, full);
        IFleet(fleet).initialize(setup);
        emit FleetCreated(fleet, salt);
    }

    /// @inheritdoc IFactory
    function createChannel(ChannelSetup calldata setup, bytes32 salt) external returns (address channel) {
        bytes32 full = keccak256(abi.encode(setup, salt));
        channel = Clones.predictDeterministicAddress(channelImplementation, full);
        if (channel.code.length != 0) return channel;
        Clones.cloneDeterministic(channelImplementation, full);
        IReleaseChannel(channel).initialize(setup);
        emit ChannelCreated(channel, salt);
    }

    /// @inheritdoc IFactory
    function deviceOf(address board) public view returns (address) {
        return Clones.predictDeterministicAddress(deviceImplementation, _saltOf(board));
    }

    /// @inheritdoc IFactory
    function fleetAddress(FleetSetup calldata setup, bytes32 salt) external view returns (address) {
        return Clones.predictDeterministicAddress(fleetImplementation, keccak256(abi.encode(setup, salt)));
    }

    /// @inheritdoc IFactory
    function channelAddress(ChannelSetup calldata setup, bytes32 salt) external view returns (address) {
        return Clones.predictDeterministicAddress(channelImplementation, keccak256(abi.encode(setup, salt)));
    }

    /// @notice ERC-165.
    function supportsInterface(bytes4 interfaceId) public view override returns (bool) {
        return interfaceId == type(IFactory).interfaceId || super.supportsInterface(interfaceId);
    }

    function _saltOf(address board) private pure returns (bytes32) {
        return bytes32(uint256(uint160(board)));
    }

    function _register(Possession calldata possession, bytes calldata signature)
        private
        returns (address device)
    {
        ConsoleProofs.checkDeadline(possession.deadline);
        bytes32 digest = _hashTypedDataV4(_hash(possession));
        address signer = ECDSA.recoverCalldata(digest, signature);
        if (signer != possession.board) revert NotSignedByBoard(signer);
        device = Clones.cloneDeterministic(deviceImplementation, _saltOf(signer));
        IDevice(device).initialize(signer, possession.owner, possession.fleet, possession.channel);
        emit Registered(
            device,
            possession.owner,
            possession.fleet,
            signer,
            possession.channel,
            possession.trustConfiguration
        );
    }

    /// @dev The six words lie in the calldata as EIP-712 encodes them. Every field is read besides, which refuses words
    /// that are longer than their types.
    function _hash(Possession calldata possession) private pure returns (bytes32 hash) {
        bytes32 typeHash = POSSESSION_TYPE;
        assembly ("memory-safe") {
            let free := mload(0x40)
            mstore(free, typeHash)
            calldatacopy(add(free, 32), possession, 192)
            hash := keccak256(free, 224)
        }
    }
}
