// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

/// @title ERC-173: contract ownership
interface IERC173 {
    /// @notice The owner changed.
    event OwnershipTransferred(address indexed previousOwner, address indexed newOwner);

    /// @notice The owner of this contract.
    function owner() external view returns (address);

    /// @notice Hands the contract over. Here in two steps: the new owner accepts.
    function transferOwnership(address newOwner) external;
}
