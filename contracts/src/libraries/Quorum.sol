// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {ECDSA} from "@openzeppelin/contracts/utils/cryptography/ECDSA.sol";
import {EnumerableSet} from "@openzeppelin/contracts/utils/structs/EnumerableSet.sol";

/// @title k of n plain keys
library Quorum {
    using EnumerableSet for EnumerableSet.AddressSet;

    /// @notice More keys than anyone can gather signatures of.
    uint256 internal constant MOST_KEYS = 32;

    /// @notice Too few signatures, or bytes that are no whole signatures.
    error TooFewSignatures(uint256 bytesGiven, uint256 signaturesNeeded);
    /// @notice A signature by somebody who does not belong to the set.
    error NotASigner(address signer);
    /// @notice Signatures come in ascending order of their signers, so that nobody counts twice.
    error SignersNotAscending(address signer);
    /// @notice An empty set, more than 32 keys, a threshold that the set cannot reach, a zero key or one twice.
    error WrongKeys();

    /// @notice Reverts unless at least `threshold` different keys of the set signed `digest`.
    /// @param signatures 65 bytes each (r, s, v; s in the lower half), in ascending order of their signers
    function check(
        EnumerableSet.AddressSet storage keys,
        uint16 threshold,
        bytes32 digest,
        bytes calldata signatures
    ) internal view {
        uint256 length = signatures.length;
        if (length % 65 != 0 || length < uint256(threshold) * 65) revert TooFewSignatures(length, threshold);
        address previous;
        for (uint256 start; start < length; start += 65) {
            address signer = ECDSA.recoverCalldata(digest, signatures[start:start + 65]);
            if (signer <= previous) revert SignersNotAscending(signer);
            if (!keys.contains(signer)) revert NotASigner(signer);
            previous = signer;
        }
    }

    /// @notice Puts a new set in the place of the old one.
    function replace(EnumerableSet.AddressSet storage keys, uint16 threshold, address[] calldata list) internal {
        keys.clear();
        checkList(threshold, list);
        for (uint256 i; i < list.length; ++i) {
            if (list[i] == address(0) || !keys.add(list[i])) revert WrongKeys();
        }
    }

    /// @notice Reverts unless `threshold` of `list` can be reached.
    function checkList(uint16 threshold, address[] calldata list) internal pure {
        if (threshold == 0 || threshold > list.length || list.length > MOST_KEYS) revert WrongKeys();
    }
}
