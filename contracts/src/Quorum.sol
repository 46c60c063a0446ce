// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {ECDSA} from "@openzeppelin/contracts/utils/cryptography/ECDSA.sol";
import {EIP712} from "@openzeppelin/contracts/utils/cryptography/EIP712.sol";
import {EnumerableSet} from "@openzeppelin/contracts/utils/structs/EnumerableSet.sol";
import {Links} from "./libraries/Links.sol";

/// @title k of n plain keys that decide together by EIP-712 signatures
/// @notice Fleet's signers and ReleaseChannel's release keys are one such set each. The threshold and the nonce lie in
/// the slots of the contract that inherits, since boards prove those.
abstract contract Quorum is EIP712 {
    using EnumerableSet for EnumerableSet.AddressSet;

    /// @notice The most keys of a set. Boards hold no more: the build writes this number into the firmware.
    uint256 internal constant KEYS_MAX = 16;

    /// @notice Too few signatures, or bytes that are not whole signatures.
    error TooFewSignatures(uint256 bytesGiven, uint256 signaturesNeeded);
    /// @notice A signature by somebody who does not belong to the set.
    error NotASigner(address signer);
    /// @notice Signatures come in ascending order of their signers, so that nobody counts twice.
    error SignersNotAscending(address signer);
    /// @notice More keys than a board can hold.
    error TooManyKeys(uint256 keys, uint256 most);
    /// @notice Keys come in ascending order, none zero and none twice; `key` is the first that does not.
    error KeysNotAscending(address key);
    /// @notice A threshold of zero, or one that so many keys cannot reach.
    error ThresholdOutOfReach(uint256 threshold, uint256 keys);

    EnumerableSet.AddressSet private _keys;

    constructor() EIP712("Holdfast", "1") {}

    /// @dev Reverts unless at least `threshold` different keys of the set signed `structHash`, and the deadline (unix
    /// seconds) is not over.
    /// @param signatures 65 bytes each (r, s, v; s in the lower half), in ascending order of their signers
    function _requireSignatures(
        uint256 threshold,
        bytes32 structHash,
        uint64 deadline,
        bytes calldata signatures
    ) internal view {
        if (block.timestamp > deadline) revert Links.WrongTime(deadline, uint64(block.timestamp));
        bytes32 digest = _hashTypedDataV4(structHash);
        uint256 length = signatures.length;
        if (length % 65 != 0 || length < threshold * 65) revert TooFewSignatures(length, threshold);
        address previous;
        for (uint256 start; start < length; start += 65) {
            address signer = ECDSA.recoverCalldata(digest, signatures[start:start + 65]);
            if (signer <= previous) revert SignersNotAscending(signer);
            if (!_keys.contains(signer)) revert NotASigner(signer);
            previous = signer;
        }
    }

    /// @dev Puts a new set in the place of the old one.
    function _replaceKeys(uint256 threshold, address[] calldata list) internal {
        _checkKeys(threshold, list);
        _keys.clear();
        for (uint256 i; i < list.length; ++i) {
            _keys.add(list[i]);
        }
    }

    /// @dev Reverts unless boards can hold this set and `threshold` of it can be reached.
    function _checkKeys(uint256 threshold, address[] calldata list) internal pure {
        if (threshold == 0 || threshold > list.length) revert ThresholdOutOfReach(threshold, list.length);
        _checkList(list);
    }

    /// @dev Reverts unless `list` has at most KEYS_MAX members, ascending, none zero.
    function _checkList(address[] calldata list) internal pure {
        if (list.length > KEYS_MAX) revert TooManyKeys(list.length, KEYS_MAX);
        address previous;
        for (uint256 i; i < list.length; ++i) {
            if (list[i] <= previous) revert KeysNotAscending(list[i]);
            previous = list[i];
        }
    }

    /// @dev True: `account` belongs to the set.
    function _isKey(address account) internal view returns (bool) {
        return _keys.contains(account);
    }

    /// @dev The set, in ascending order.
    function _allKeys() internal view returns (address[] memory) {
        return _keys.values();
    }
}
