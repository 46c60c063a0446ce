// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

/// @title The hash chains of commands
/// @dev A board computes the same values from what it was sent; nothing here can change after the first release.
library Links {
    /// The class of what can be done again or undone.
    uint8 internal constant ROUTINE = 0;
    /// The class of what cannot be undone: it needs the fleet's threshold.
    uint8 internal constant IRREVERSIBLE = 1;
    /// No command outlives this, so that a forgotten one cannot come back.
    uint64 internal constant LIFETIME_MAX = 30 days;

    /// @notice The time limit lies in the past or further ahead than allowed.
    error WrongTime(uint64 time, uint64 limit);

    /// @notice Reverts unless `notAfter` lies ahead, and not too far.
    function checkTime(uint64 notAfter) internal view {
        uint64 present = uint64(block.timestamp);
        if (notAfter <= present) revert WrongTime(notAfter, present);
        if (notAfter > present + LIFETIME_MAX) revert WrongTime(notAfter, present + LIFETIME_MAX);
    }

    /// @notice The head after one more command.
    function extend(
        bytes32 head,
        uint32 sequence,
        bytes32 commandHash,
        uint64 notAfter,
        uint32 epoch,
        uint32 fleetEpoch,
        address operator,
        uint8 class
    ) internal pure returns (bytes32) {
        return keccak256(abi.encode(head, sequence, commandHash, notAfter, epoch, fleetEpoch, operator, class));
    }

    /// @notice The head that a new epoch starts from: nothing older leads there.
    function start(address device, uint32 epoch, uint32 sequence) internal view returns (bytes32) {
        return keccak256(abi.encode(block.chainid, device, epoch, sequence));
    }

    /// @notice The batch head after one more batch.
    function extendBatch(
        bytes32 batchHead,
        uint64 nonce,
        bytes32 root,
        uint64 notAfter,
        uint32 fleetEpoch,
        address operator,
        uint8 class
    ) internal pure returns (bytes32) {
        return keccak256(abi.encode(batchHead, nonce, root, notAfter, fleetEpoch, operator, class));
    }

    /// @notice The one value that allows one image: the vendor's and the owner's word must agree on it.
    function approval(address channel, uint32 version, bytes32 imageSha256) internal pure returns (bytes32) {
        return keccak256(abi.encode(channel, version, imageSha256));
    }
}
