// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

/// @title The lifetime of what a board signs at its console
library ConsoleProofs {
    /// The longest that somebody who was at the board once can make use of it.
    uint64 internal constant LIFETIME_MAX = 1 hours;

    /// @notice The proof is too old, or good for more than an hour.
    error WrongDeadline(uint64 deadline);

    /// @notice Reverts unless the deadline (unix seconds) lies ahead, an hour at most.
    function checkDeadline(uint64 deadline) internal view {
        if (deadline < block.timestamp || deadline > block.timestamp + LIFETIME_MAX) {
            revert WrongDeadline(deadline);
        }
    }
}
