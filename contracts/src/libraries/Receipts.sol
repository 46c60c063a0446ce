// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {MessageHashUtils} from "@openzeppelin/contracts/utils/cryptography/MessageHashUtils.sol";

/// @notice A board's signed statement of what it did with an envelope, or with an approved image.
struct Receipt {
    uint64 storeBirth;
    uint64 counter;
    bytes32 previous;
    bytes32 envelopeHash;
    /// 1 done, 2 failed, 3 expired, 4 refused, 5 interrupted, 6 reorged, 7 voided
    uint8 outcome;
    string code;
    bytes32 resultHash;
    bytes32 imageHash;
    uint64 blockNumber;
    bytes32 blockHash;
}

/// @title Receipts as boards sign them (EIP-712, verified by their own device contract's domain)
library Receipts {
    uint8 internal constant FAILED = 2;

    bytes32 private constant DOMAIN_TYPE =
        keccak256("EIP712Domain(string name,string version,uint256 chainId,address verifyingContract)");
    bytes32 private constant RECEIPT_TYPE = keccak256(
        "Receipt(uint64 storeBirth,uint64 counter,bytes32 previous,bytes32 envelopeHash,uint8 outcome,string code,bytes32 resultHash,bytes32 imageHash,uint64 blockNumber,bytes32 blockHash)"
    );

    /// @notice The digest that the board `device` signs for `receipt`.
    function digest(address device, Receipt calldata receipt) internal view returns (bytes32) {
        bytes32 domain = keccak256(
            abi.encode(DOMAIN_TYPE, keccak256("Holdfast"), keccak256("1"), block.chainid, device)
        );
        bytes32 hash = keccak256(
            abi.encode(
                RECEIPT_TYPE,
                receipt.storeBirth,
                receipt.counter,
                receipt.previous,
                receipt.envelopeHash,
                receipt.outcome,
                keccak256(bytes(receipt.code)),
                receipt.resultHash,
                receipt.imageHash,
                receipt.blockNumber,
                receipt.blockHash
            )
        );
        return MessageHashUtils.toTypedDataHash(domain, hash);
    }

    /// @notice A leaf of an anchored tree: the signer is part of it, so that a later rotation of the key changes nothing.
    function leaf(bytes32 receiptDigest, address signer) internal pure returns (bytes32) {
        return keccak256(bytes.concat(keccak256(abi.encode(receiptDigest, signer))));
    }
}
