// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import "./Base.sol";
import {ECDSA} from "@openzeppelin/contracts/utils/cryptography/ECDSA.sol";

/// Receipts anchored in batches, each checkable by itself.
contract ReceiptsTest is Base {
    Receipt private receipt;

    function setUp() public override {
        super.setUp();
        receipt = Receipt({
            storeBirth: START,
            counter: 5,
            previous: "previous",
            envelopeHash: "envelope",
            outcome: 1,
            code: "ok",
            resultHash: "result",
            imageHash: IMAGE,
            blockNumber: 1234,
            blockHash: "block"
        });
    }

    function leaf(bytes32 digest, address signer) private pure returns (bytes32) {
        return keccak256(bytes.concat(keccak256(abi.encode(digest, signer))));
    }

    function anchored() private returns (bytes memory signed, bytes32 root, bytes32[] memory proof) {
        bytes32 digest = receiptDigest(address(device), receipt);
        signed = signature(BOARD, digest);
        bytes32 mine = leaf(digest, vm.addr(BOARD));
        bytes32 other = leaf("another receipt", stranger);
        root = mine < other ? keccak256(abi.encode(mine, other)) : keccak256(abi.encode(other, mine));
        proof = new bytes32[](1);
        proof[0] = other;
        vm.prank(commander);
        fleet.anchorReceipts(root);
    }

    function test_aReceiptIsCheckedAgainstItsAnchor() external {
        (bytes memory signed, bytes32 root, bytes32[] memory proof) = anchored();
        (uint64 time, address signer, bool current) =
            fleet.checkReceipt(address(device), receipt, signed, root, proof);
        check(time == START && signer == vm.addr(BOARD) && current, "anchored now, by the board's key");
    }

    function test_noFieldOfAReceiptCanBeChanged() external {
        (bytes memory signed, bytes32 root, bytes32[] memory proof) = anchored();
        for (uint256 field; field < 10; ++field) {
            Receipt memory changed = receipt;
            if (field == 0) changed.storeBirth += 1;
            if (field == 1) changed.counter += 1;
            if (field == 2) changed.previous = 0;
            if (field == 3) changed.envelopeHash = 0;
            if (field == 4) changed.outcome = 2;
            if (field == 5) changed.code = "no";
            if (field == 6) changed.resultHash = 0;
            if (field == 7) changed.imageHash = 0;
            if (field == 8) changed.blockNumber += 1;
            if (field == 9) changed.blockHash = 0;
            vm.expectRevert();
            fleet.checkReceipt(address(device), changed, signed, root, proof);
        }
        Device other = registered(1);
        vm.expectRevert();
        fleet.checkReceipt(address(other), receipt, signed, root, proof);
        fleet.checkReceipt(address(device), receipt, signed, root, proof);
    }

    function test_whatIsNotAnchoredIsToldSo() external {
        (bytes memory signed, bytes32 root, bytes32[] memory proof) = anchored();
        refuse(abi.encodeWithSelector(IFleet.NotAnchored.selector, bytes32("other")));
        fleet.checkReceipt(address(device), receipt, signed, "other", proof);
        refuse(abi.encodeWithSelector(IFleet.NotAnchored.selector, root));
        fleet.checkReceipt(address(device), receipt, signed, root, new bytes32[](0));
        bytes memory forged = signature(BOARD + 1, receiptDigest(address(device), receipt));
        refuse(abi.encodeWithSelector(IFleet.NotAnchored.selector, root));
        fleet.checkReceipt(address(device), receipt, forged, root, proof);
    }

    function test_anAnchorIsSetOnceAndTellsItsTime() external {
        (,bytes32 root,) = anchored();
        check(fleet.anchoredAt(root) == START, "time");
        vm.warp(START + 1);
        vm.prank(commander);
        refuse(abi.encodeWithSelector(IFleet.AlreadyAnchored.selector, root));
        fleet.anchorReceipts(root);
        check(fleet.anchoredAt(root) == START, "kept");
    }

    function test_aRotationLeavesOldReceiptsGood() external {
        (bytes memory signed, bytes32 root, bytes32[] memory proof) = anchored();
        bytes32 word = vm.load(address(device), 0);
        vm.store(address(device), 0, (word >> 160) << 160 | bytes32(uint256(uint160(stranger))));
        (uint64 time, address signer, bool current) =
            fleet.checkReceipt(address(device), receipt, signed, root, proof);
        check(time == START && signer == vm.addr(BOARD) && !current, "by a former key");
    }
}
