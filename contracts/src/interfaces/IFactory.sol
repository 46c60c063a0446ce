// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {FleetSetup} from "./IFleet.sol";
import {ChannelSetup} from "./IReleaseChannel.sol";

/// @notice The statement that a board signs once, at its local console: that it is there, and what it agrees to begin with.
struct Possession {
    /// the board's key
    address board;
    address owner;
    address fleet;
    address channel;
    /// hash of the configuration that says what the board trusts
    bytes32 trustConfiguration;
    /// unix seconds, at most an hour ahead
    uint64 deadline;
}

/// @title The beginning of every contract of a board
/// @notice Nothing here can be squatted: every address is computed from all the values that the contract begins with,
/// or, for a device, from a key whose holder signed them.
interface IFactory {
    /// @notice A board was registered; its device begins as `Provisioned`.
    event Registered(
        address indexed device,
        address indexed owner,
        address indexed fleet,
        address board,
        address channel,
        bytes32 trustConfiguration
    );
    /// @notice A fleet was created.
    event FleetCreated(address indexed fleet, bytes32 salt);
    /// @notice A release channel was created.
    event ChannelCreated(address indexed channel, bytes32 salt);

    /// @notice The proof of possession is not signed by the board.
    error NotSignedByBoard(address signer);
    /// @notice There must be as many signatures as boards.
    error WrongCount();

    /// @notice Creates the device of a board. Anybody may send this: only what the board signed can come of it.
    /// @param signature the board's, 65 bytes, over Possession
    function register(Possession calldata possession, bytes calldata signature) external returns (address device);

    /// @notice A tray of boards in one transaction. Boards that are registered by now are passed over, so that nobody can
    /// spoil a tray by registering one of it.
    function registerTray(Possession[] calldata possessions, bytes[] calldata signatures) external;

    /// @notice Creates a fleet, or does nothing if just this one is there.
    /// @param salt tells fleets apart that begin equally
    function createFleet(FleetSetup calldata setup, bytes32 salt) external returns (address fleet);

    /// @notice Creates a release channel, or does nothing if just this one is there.
    function createChannel(ChannelSetup calldata setup, bytes32 salt) external returns (address channel);

    /// @notice The device of the board whose first key is `board`, registered or not.
    function deviceOf(address board) external view returns (address);

    /// @notice The address where createFleet puts this fleet.
    function fleetAddress(FleetSetup calldata setup, bytes32 salt) external view returns (address);

    /// @notice The address where createChannel puts this channel.
    function channelAddress(ChannelSetup calldata setup, bytes32 salt) external view returns (address);
}
