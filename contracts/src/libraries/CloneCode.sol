// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

/// @title The 45 bytes of an EIP-1167 clone
library CloneCode {
    /// @notice The code hash that every clone of `implementation` has, and nothing else.
    function hashOf(address implementation) internal pure returns (bytes32) {
        return keccak256(
            abi.encodePacked(hex"363d3d373d3d3d363d73", implementation, hex"5af43d82803e903d91602b57fd5bf3")
        );
    }
}
