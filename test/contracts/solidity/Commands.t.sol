// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import "./Base.sol";

/// Commands: direct, batch, irreversible; who, when, in what order.
contract CommandsTest is Base {
    bytes32 private constant IRREVERSIBLE_BATCH =
        keccak256("IrreversibleBatch(uint64 batchNonce,uint32 fleetEpoch,bytes32 root,uint64 notAfter,uint64 deadline)");

    function test_headsChainAsWritten() external {
        bytes32 head;
        for (uint32 i = 1; i < 5; ++i) {
            bytes32 command = keccak256(abi.encode(i));
            append(i, command);
            head = keccak256(abi.encode(head, i, command, soon(), uint32(0), uint32(0), commander, uint8(0)));
            check(device.head() == head && device.sequence() == i, "head");
        }
        appendIrreversible(5, "wipe");
        head = keccak256(
            abi.encode(head, uint32(5), bytes32("wipe"), soon(), uint32(0), uint32(0), address(fleet), uint8(1))
        );
        check(device.head() == head, "class 1 names the fleet");
        setRole(Role.Commander, stranger, 0, true);
        append(6, "b");
        head = keccak256(abi.encode(head, uint32(6), bytes32("b"), soon(), uint32(0), uint32(1), commander, uint8(0)));
        check(device.head() == head, "with the fleet's epoch");
        vm.prank(owner);
        device.bumpEpoch();
        head = keccak256(abi.encode(block.chainid, address(device), uint32(1), uint32(6)));
        append(7, "c");
        head = keccak256(abi.encode(head, uint32(7), bytes32("c"), soon(), uint32(1), uint32(1), commander, uint8(0)));
        check(device.head() == head, "with the device's epoch");
    }

    function test_theEventHoldsTheWholeLink() external {
        vm.recordLogs();
        append(1, "a");
        Vm.Log memory log = vm.getRecordedLogs()[0];
        check(log.emitter == address(device) && log.topics[0] == IDevice.Linked.selector, "Linked");
        check(log.topics[1] == bytes32(uint256(1)), "sequence");
        check(
            keccak256(log.data)
                == keccak256(abi.encode(bytes32("a"), device.head(), soon(), uint32(0), uint32(0), commander, uint8(0))),
            "all else"
        );
    }

    function test_ofTwoRacingOperatorsOneReverts() external {
        setRole(Role.Commander, successor, START + YEAR, false);
        append(1, "a");
        vm.prank(successor);
        refuse(abi.encodeWithSelector(IDevice.WrongSequence.selector, 1, 1));
        fleet.append(address(device), 1, "b", soon());
        vm.prank(successor);
        refuse(abi.encodeWithSelector(IDevice.WrongSequence.selector, 1, 3));
        fleet.append(address(device), 3, "b", soon());
        vm.prank(successor);
        fleet.append(address(device), 2, "b", soon());
    }

    function test_onlyACommanderThroughTheDevicesFleetAppends() external {
        address[6] memory others = [owner, releaser, guardian, provisioner, vm.addr(SIGNER), stranger];
        for (uint256 i; i < 6; ++i) {
            vm.prank(others[i]);
            refuse(missing(Role.Commander, others[i]));
            fleet.append(address(device), 1, "a", soon());
            vm.prank(others[i]);
            refuse(missing(Role.Commander, others[i]));
            fleet.batch("a", soon());
            vm.prank(others[i]);
            refuse(missing(Role.Commander, others[i]));
            fleet.anchorReceipts("a");
            vm.prank(others[i]);
            refuse(abi.encodeWithSelector(IDevice.NotFleet.selector, others[i]));
            device.append(1, "a", soon(), 0, others[i], 0);
        }
        vm.prank(commander);
        refuse(abi.encodeWithSelector(IDevice.NotFleet.selector, commander));
        device.append(1, "a", soon(), 0, commander, 0);
        vm.prank(commander);
        refuse(abi.encodeWithSelector(IDevice.NotFleet.selector, address(otherFleet)));
        otherFleet.append(address(device), 1, "a", soon());
    }

    function test_onlyAnActiveBoardIsCommanded() external {
        Status[3] memory others = [Status.Provisioned, Status.Suspended, Status.Stolen];
        for (uint256 i; i < 3; ++i) {
            setStatus(others[i]);
            vm.prank(commander);
            refuse(wrongStatus(others[i]));
            fleet.append(address(device), 1, "a", soon());
        }
        setStatus(Status.Active);
        append(1, "a");
    }

    function test_theThresholdAloneReachesASuspendedBoard() external {
        setStatus(Status.Suspended);
        vm.prank(commander);
        refuse(wrongStatus(Status.Suspended));
        fleet.append(address(device), 1, "a", soon());
        appendIrreversible(1, "wipe");
        check(device.sequence() == 1, "class 1");
        Status[2] memory others = [Status.Provisioned, Status.Stolen];
        for (uint256 i; i < 2; ++i) {
            setStatus(others[i]);
            bytes memory signatures = irreversibleSignatures(2, "wipe", soon(), soon());
            refuse(wrongStatus(others[i]));
            fleet.appendIrreversible(address(device), 0, 2, "wipe", soon(), soon(), signatures);
        }
        bytes memory toRetire = retireSignatures(soon());
        vm.prank(owner);
        device.retire(soon(), toRetire);
        bytes memory late = irreversibleSignatures(2, "wipe", soon(), soon());
        refuse(wrongStatus(Status.Retired));
        fleet.appendIrreversible(address(device), 0, 2, "wipe", soon(), soon(), late);
    }

    function test_aLinkLastsThirtyDaysAtMost() external {
        uint64 limit = START + 30 days;
        vm.prank(commander);
        refuse(wrongTime(limit + 1, limit));
        fleet.append(address(device), 1, "a", limit + 1);
        vm.prank(commander);
        refuse(wrongTime(type(uint64).max, START + YEAR));
        fleet.append(address(device), 1, "a", type(uint64).max);
        vm.prank(commander);
        refuse(wrongTime(START, START));
        fleet.append(address(device), 1, "a", START);
        vm.prank(commander);
        fleet.append(address(device), 1, "a", limit);
        vm.prank(commander);
        fleet.append(address(device), 2, "a", START + 1);
    }

    function test_aLinkDoesNotOutliveItsOperatorsRole() external {
        setRole(Role.Commander, successor, START + 1 days, false);
        vm.prank(successor);
        refuse(wrongTime(START + 1 days + 1, START + 1 days));
        fleet.append(address(device), 1, "a", START + 1 days + 1);
        vm.prank(successor);
        fleet.append(address(device), 1, "a", START + 1 days);
        vm.prank(successor);
        refuse(wrongTime(START + 1 days + 1, START + 1 days));
        fleet.batch("a", START + 1 days + 1);
        vm.prank(successor);
        fleet.batch("a", START + 1 days);
    }

    function test_aRoleEndsAtItsExpiry() external {
        setRole(Role.Commander, successor, START + 1 days, false);
        vm.warp(START + 1 days);
        vm.prank(successor);
        refuse(missing(Role.Commander, successor));
        fleet.append(address(device), 1, "a", soon());
        vm.warp(START + 1 days - 1);
        vm.prank(successor);
        fleet.append(address(device), 1, "a", START + 1 days);
    }

    function test_aPausedFleetCommandsNothing() external {
        uint64 deadline = soon();
        bytes memory signatures = irreversibleSignatures(1, "a", deadline, deadline);
        bytes memory ofBatch =
            decided(fleet, keccak256(abi.encode(IRREVERSIBLE_BATCH, 1, uint32(0), bytes32("r"), deadline, deadline)));
        Device fresh = registered(1);
        vm.prank(guardian);
        fleet.pause();
        bytes4 reason = IFleet.FleetPaused.selector;
        vm.prank(commander);
        vm.expectRevert(reason);
        fleet.append(address(device), 1, "a", deadline);
        vm.prank(commander);
        vm.expectRevert(reason);
        fleet.batch("r", deadline);
        vm.prank(commander);
        vm.expectRevert(reason);
        fleet.anchorReceipts("r");
        vm.prank(releaser);
        vm.expectRevert(reason);
        fleet.approve(address(device), address(channel), 1, IMAGE);
        vm.prank(releaser);
        vm.expectRevert(reason);
        fleet.approveApp(address(device), address(channel), 1, IMAGE);
        vm.prank(provisioner);
        vm.expectRevert(reason);
        fleet.activate(address(fresh));
        vm.expectRevert(reason);
        fleet.appendIrreversible(address(device), 0, 1, "a", deadline, deadline, signatures);
        vm.expectRevert(reason);
        fleet.batchIrreversible(1, "r", deadline, deadline, ofBatch);
        vm.prank(guardian);
        fleet.suspend(address(device)); // restraining goes on
        vm.prank(guardian);
        fleet.clearApproval(address(device));
        vm.prank(guardian);
        fleet.clearAppApproval(address(device));
    }

    // --- class 1 ---

    function test_theThresholdAppendsClassOneAndNobodyElse() external {
        uint64 deadline = soon();
        bytes memory signatures = irreversibleSignatures(1, "wipe", deadline, deadline);
        vm.expectRevert();
        fleet.appendIrreversible(address(device), 0, 1, "other", deadline, deadline, signatures);
        vm.expectRevert();
        fleet.appendIrreversible(address(device), 0, 1, "wipe", deadline + 1, deadline, signatures);
        vm.prank(stranger); // anybody may send what the threshold signed
        fleet.appendIrreversible(address(device), 0, 1, "wipe", deadline, deadline, signatures);
        refuse(abi.encodeWithSelector(IDevice.WrongSequence.selector, 1, 1));
        fleet.appendIrreversible(address(device), 0, 1, "wipe", deadline, deadline, signatures);
    }

    function test_classOneIsSignedForOneEpoch() external {
        uint64 deadline = soon();
        bytes memory signatures = irreversibleSignatures(1, "wipe", deadline, deadline);
        vm.prank(owner);
        device.bumpEpoch();
        refuse(abi.encodeWithSelector(IFleet.WrongEpoch.selector, 1, 0));
        fleet.appendIrreversible(address(device), 0, 1, "wipe", deadline, deadline, signatures);
        vm.expectRevert();
        fleet.appendIrreversible(address(device), 1, 1, "wipe", deadline, deadline, signatures);
        signatures = irreversibleSignatures(1, "wipe", deadline, deadline);
        setRole(Role.Commander, stranger, 0, true); // the fleet's epoch
        vm.expectRevert();
        fleet.appendIrreversible(address(device), 1, 1, "wipe", deadline, deadline, signatures);
        appendIrreversible(1, "wipe");
    }

    function test_classOneIsSignedUntilADeadline() external {
        uint64 deadline = soon();
        uint64 notAfter = START + 30 days;
        bytes memory signatures = irreversibleSignatures(1, "wipe", notAfter, deadline);
        vm.warp(deadline + 1);
        refuse(wrongTime(deadline, deadline + 1));
        fleet.appendIrreversible(address(device), 0, 1, "wipe", notAfter, deadline, signatures);
        vm.warp(deadline);
        fleet.appendIrreversible(address(device), 0, 1, "wipe", notAfter, deadline, signatures);
    }

    // --- batches ---

    function test_batchHeadsChainAsWritten() external {
        vm.recordLogs();
        vm.prank(commander);
        fleet.batch("r", soon());
        bytes32 head =
            keccak256(abi.encode(bytes32(0), uint64(1), bytes32("r"), soon(), uint32(0), commander, uint8(0)));
        check(fleet.batchHead() == head && fleet.batchNonce() == 1, "first");
        Vm.Log memory log = vm.getRecordedLogs()[0];
        check(log.topics[0] == IFleet.BatchAppended.selector && log.topics[1] == bytes32(uint256(1)), "event");
        check(
            keccak256(log.data)
                == keccak256(abi.encode(bytes32("r"), head, soon(), uint32(0), commander, uint8(0))),
            "data"
        );
        uint64 deadline = soon();
        bytes memory signatures =
            decided(fleet, keccak256(abi.encode(IRREVERSIBLE_BATCH, 2, uint32(0), bytes32("s"), deadline, deadline)));
        fleet.batchIrreversible(2, "s", deadline, deadline, signatures);
        head = keccak256(abi.encode(head, uint64(2), bytes32("s"), deadline, uint32(0), address(fleet), uint8(1)));
        check(fleet.batchHead() == head && fleet.batchNonce() == 2, "second, class 1");
        refuse(abi.encodeWithSelector(IFleet.WrongNonce.selector, 2, 2));
        fleet.batchIrreversible(2, "s", deadline, deadline, signatures);
        vm.expectRevert();
        fleet.batchIrreversible(3, "s", deadline, deadline, signatures);
        setRole(Role.Commander, stranger, 0, true);
        vm.prank(commander);
        fleet.batch("t", soon());
        head = keccak256(abi.encode(head, uint64(3), bytes32("t"), soon(), uint32(1), commander, uint8(0)));
        check(fleet.batchHead() == head, "third, with the fleet's epoch");
    }

    function test_aBatchLastsThirtyDaysAtMost() external {
        vm.prank(commander);
        refuse(wrongTime(START + 30 days + 1, START + 30 days));
        fleet.batch("r", START + 30 days + 1);
        vm.prank(commander);
        refuse(wrongTime(START, START));
        fleet.batch("r", START);
        vm.prank(commander);
        fleet.batch("r", START + 30 days);
    }

    function test_aBatchLeavesTheRestOfThePolicyAlone() external {
        setRole(Role.Commander, stranger, 0, true);
        uint64 nonce = fleet.nonce();
        vm.prank(commander);
        fleet.batch("r", soon());
        check(fleet.nonce() == nonce && fleet.epoch() == 1 && fleet.threshold() == 2 && !fleet.paused(), "same");
    }

    function testFuzz_anAppendChangesSequenceAndHeadAlone(bytes32 command, uint64 notAfter) external {
        notAfter = START + 1 + notAfter % 30 days;
        address[3] memory before = [device.owner(), device.fleet(), device.channel()];
        vm.prank(commander);
        fleet.append(address(device), 1, command, notAfter);
        check(device.sequence() == 1 && device.epoch() == 0 && device.status() == Status.Active, "first slot");
        check(device.key() == vm.addr(BOARD) && device.approval() == 0, "key, approval");
        check(device.owner() == before[0] && device.fleet() == before[1] && device.channel() == before[2], "links");
    }

    function testFuzz_noSequenceButTheNextIsTaken(uint32 sequence) external {
        vm.assume(sequence != 1);
        vm.prank(commander);
        refuse(abi.encodeWithSelector(IDevice.WrongSequence.selector, 0, sequence));
        fleet.append(address(device), sequence, "a", soon());
    }

    function testFuzz_noTimeButTheNextThirtyDaysIsTaken(uint64 notAfter) external {
        vm.assume(notAfter <= START || notAfter > START + 30 days);
        vm.prank(commander);
        vm.expectRevert();
        fleet.append(address(device), 1, "a", notAfter);
        vm.prank(commander);
        vm.expectRevert();
        fleet.batch("a", notAfter);
    }

    function test_theLastSequenceIsTheLast() external {
        // slot 0 with the greatest sequence: 2^32 commands would take centuries, but never wrap into the epoch
        bytes32 word = vm.load(address(device), 0);
        vm.store(address(device), 0, word | bytes32(uint256(type(uint32).max) << 168));
        vm.prank(commander);
        vm.expectRevert();
        fleet.append(address(device), 0, "a", soon());
        check(device.epoch() == 0, "unchanged");
    }
}
