// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import "./Base.sol";
import {IERC173} from "holdfast/interfaces/IERC173.sol";
import {ECDSA} from "@openzeppelin/contracts/utils/cryptography/ECDSA.sol";

/// A board's life: statuses, transfer, links, keys, epochs.
contract LifecycleTest is Base {
    bytes32 private constant ROTATE_KEY = keccak256("RotateKey(address oldKey,address newKey,uint32 epoch,uint64 deadline)");
    bytes32 private constant ROTATE_DEVICE_KEY =
        keccak256("RotateDeviceKey(address device,address newKey,uint32 epoch,uint64 deadline)");
    bytes32 private constant BUMP_DEVICE_EPOCH = keccak256("BumpDeviceEpoch(address device,uint32 epoch,uint64 deadline)");

    function notOwner(address caller) private pure returns (bytes memory) {
        return abi.encodeWithSelector(IDevice.NotOwner.selector, caller);
    }

    function notFleet(address caller) private pure returns (bytes memory) {
        return abi.encodeWithSelector(IDevice.NotFleet.selector, caller);
    }

    // --- status ---

    function test_theOwnerSetsEveryStatusButRetired() external {
        Status[4] memory order = [Status.Suspended, Status.Stolen, Status.Provisioned, Status.Active];
        for (uint256 i; i < 4; ++i) {
            setStatus(order[i]);
            check(device.status() == order[i], "set");
        }
        vm.prank(owner);
        refuse(wrongStatus(Status.Retired));
        device.setStatus(Status.Active, Status.Retired);
        vm.prank(owner);
        refuse(wrongStatus(Status.None));
        device.setStatus(Status.Active, Status.None);
    }

    function test_theOwnerDoesNotUndoWhatHeHasNotSeen() external {
        vm.prank(guardian);
        fleet.reportStolen(address(device)); // lands first
        vm.prank(owner);
        refuse(wrongStatus(Status.Stolen));
        device.setStatus(Status.Suspended, Status.Active);
        vm.prank(owner);
        device.setStatus(Status.Stolen, Status.Active);
    }

    function test_aStatusIsNotSetToItself() external {
        vm.prank(owner);
        refuse(wrongStatus(Status.Active));
        device.setStatus(Status.Active, Status.Active);
    }

    function test_nobodyButTheOwnerSetsAnyStatus() external {
        address[6] memory others = [commander, releaser, guardian, provisioner, address(fleet), stranger];
        for (uint256 i; i < 6; ++i) {
            vm.prank(others[i]);
            refuse(notOwner(others[i]));
            device.setStatus(Status.Active, Status.Suspended);
        }
    }

    function test_aProvisionerActivatesOnce() external {
        Device fresh = registered(1);
        vm.prank(stranger);
        refuse(missing(Role.Provisioner, stranger));
        fleet.activate(address(fresh));
        vm.prank(provisioner);
        fleet.activate(address(fresh));
        check(fresh.status() == Status.Active, "active");
        vm.prank(provisioner);
        refuse(wrongStatus(Status.Active));
        fleet.activate(address(fresh));
        vm.prank(provisioner);
        refuse(notFleet(provisioner));
        fresh.activate();
    }

    function test_aProvisionerCannotUndoASuspension() external {
        setStatus(Status.Suspended);
        vm.prank(provisioner);
        refuse(wrongStatus(Status.Suspended));
        fleet.activate(address(device));
    }

    function test_aGuardianOnlyRestrains() external {
        vm.prank(guardian);
        fleet.suspend(address(device));
        check(device.status() == Status.Suspended, "suspended");
        vm.prank(guardian);
        refuse(wrongStatus(Status.Suspended));
        fleet.suspend(address(device));
        vm.prank(guardian);
        fleet.reportStolen(address(device));
        check(device.status() == Status.Stolen, "stolen");
        vm.prank(guardian);
        refuse(wrongStatus(Status.Stolen));
        fleet.suspend(address(device)); // less than stolen: the owner's
        vm.prank(guardian);
        refuse(wrongStatus(Status.Stolen));
        fleet.reportStolen(address(device));
        vm.prank(address(fleet));
        refuse(wrongStatus(Status.Active));
        device.restrain(Status.Active);
        vm.prank(address(fleet));
        refuse(wrongStatus(Status.Retired));
        device.restrain(Status.Retired);
        vm.prank(guardian);
        refuse(notFleet(guardian));
        device.restrain(Status.Stolen);
    }

    function test_nobodyElseSuspendsOrReports() external {
        address[4] memory others = [commander, releaser, provisioner, stranger];
        for (uint256 i; i < 4; ++i) {
            vm.prank(others[i]);
            refuse(missing(Role.Guardian, others[i]));
            fleet.suspend(address(device));
            vm.prank(others[i]);
            refuse(missing(Role.Guardian, others[i]));
            fleet.reportStolen(address(device));
        }
    }

    // --- the end ---

    function test_retiringNeedsOwnerAndThreshold() external {
        uint64 deadline = soon();
        bytes memory signatures = retireSignatures(deadline);
        vm.prank(stranger);
        refuse(notOwner(stranger));
        device.retire(deadline, signatures);
        vm.prank(owner);
        vm.expectRevert();
        device.retire(deadline, "");
        vm.prank(owner);
        device.retire(deadline, signatures);
        check(device.status() == Status.Retired, "retired");
    }

    function test_signaturesToRetireAreGoodUntilTheirDeadlineAndForTheirEpoch() external {
        uint64 deadline = soon();
        bytes memory signatures = retireSignatures(deadline);
        vm.prank(owner);
        device.bumpEpoch();
        vm.prank(owner);
        vm.expectRevert();
        device.retire(deadline, signatures);
        signatures = retireSignatures(deadline);
        vm.warp(deadline + 1);
        vm.prank(owner);
        refuse(wrongTime(deadline, deadline + 1));
        device.retire(deadline, signatures);
        vm.warp(deadline);
        vm.prank(owner);
        device.retire(deadline, signatures);
    }

    function test_retiredIsFinal() external {
        uint64 deadline = soon();
        vm.prank(owner);
        device.transferOwnership(successor);
        vm.prank(owner);
        device.approve(address(channel), 1, IMAGE);
        bytes memory signatures = retireSignatures(deadline);
        vm.prank(owner);
        device.retire(deadline, signatures);
        bytes memory reason = wrongStatus(Status.Retired);

        vm.prank(owner);
        refuse(reason);
        device.retire(deadline, signatures);
        vm.prank(owner);
        refuse(reason);
        device.setStatus(Status.Retired, Status.Active);
        vm.prank(owner);
        refuse(reason);
        device.setFleet(address(otherFleet));
        vm.prank(owner);
        refuse(reason);
        device.setChannel(address(otherChannel));
        vm.prank(owner);
        refuse(reason);
        device.setAppChannel(address(0));
        vm.prank(owner);
        refuse(reason);
        device.approveApp(address(channel), 1, IMAGE);
        vm.prank(owner);
        refuse(reason);
        device.transferOwnership(stranger);
        vm.prank(owner);
        refuse(reason);
        device.offerClaim(stranger);
        vm.prank(successor);
        refuse(reason);
        device.acceptOwnership(address(otherFleet), address(otherChannel));
        vm.prank(owner);
        refuse(reason);
        device.approve(address(channel), 1, IMAGE);
        vm.prank(owner);
        refuse(reason);
        device.bumpEpoch();
        vm.prank(guardian);
        refuse(reason);
        fleet.reportStolen(address(device));
        vm.prank(provisioner);
        refuse(reason);
        fleet.activate(address(device));
        vm.prank(commander);
        refuse(reason);
        fleet.append(address(device), 1, 0, soon());
        vm.prank(owner);
        device.clearApproval(); // only less
        check(device.approval() == 0, "cleared");
    }

    // --- links to fleet and channel ---

    function test_relinkingClearsTheApprovalAndBumpsTheEpoch() external {
        append(1, "a");
        vm.prank(owner);
        device.approve(address(channel), 1, IMAGE);
        vm.prank(owner);
        device.setFleet(address(otherFleet));
        check(device.fleet() == address(otherFleet) && device.approval() == 0, "linked, cleared");
        check(device.epoch() == 1 && device.sequence() == 1, "epoch bumped, sequence kept");
        check(device.head() == keccak256(abi.encode(block.chainid, address(device), 1, 1)), "head of the new epoch");
        vm.prank(commander);
        refuse(notFleet(address(fleet)));
        fleet.append(address(device), 2, "b", soon());
        vm.prank(commander);
        otherFleet.append(address(device), 2, "b", soon());
    }

    function test_aStolenBoardMayChangeItsFleet() external {
        setStatus(Status.Stolen);
        vm.prank(owner);
        device.setFleet(address(otherFleet));
        check(device.fleet() == address(otherFleet), "changed");
    }

    function test_changingTheChannelClearsTheApproval() external {
        vm.prank(owner);
        device.approve(address(channel), 1, IMAGE);
        vm.prank(owner);
        device.setChannel(address(otherChannel));
        check(device.channel() == address(otherChannel) && device.approval() == 0, "linked, cleared");
        check(device.epoch() == 0, "no new epoch");
    }

    function test_onlyTheOwnerRelinksAndOnlyToGenuineContracts() external {
        address[3] memory others = [address(fleet), guardian, stranger];
        for (uint256 i; i < 3; ++i) {
            vm.prank(others[i]);
            refuse(notOwner(others[i]));
            device.setFleet(address(otherFleet));
            vm.prank(others[i]);
            refuse(notOwner(others[i]));
            device.setChannel(address(otherChannel));
        }
        vm.prank(owner);
        refuse(abi.encodeWithSelector(IDevice.NotGenuine.selector, address(fleetCode)));
        device.setFleet(address(fleetCode));
        vm.prank(owner);
        refuse(abi.encodeWithSelector(IDevice.NotGenuine.selector, address(otherFleet)));
        device.setChannel(address(otherFleet));
    }

    // --- transfer ---

    function test_aTransferTakesTwoSteps() external {
        append(1, "a");
        vm.prank(owner);
        device.approve(address(channel), 1, IMAGE);
        vm.prank(owner);
        device.transferOwnership(successor);
        check(device.owner() == owner && device.pendingOwner() == successor, "offered");
        vm.prank(stranger);
        refuse(abi.encodeWithSelector(IDevice.NotPendingOwner.selector, stranger));
        device.acceptOwnership(address(otherFleet), address(otherChannel));
        vm.recordLogs();
        vm.prank(successor);
        device.acceptOwnership(address(otherFleet), address(otherChannel));
        check(vm.getRecordedLogs()[0].topics[0] == IERC173.OwnershipTransferred.selector, "ERC-173");
        check(device.owner() == successor && device.pendingOwner() == address(0), "owner");
        check(device.fleet() == address(otherFleet) && device.channel() == address(otherChannel), "links");
        check(device.approval() == 0 && device.epoch() == 1, "cleared, bumped");
        check(device.head() == keccak256(abi.encode(block.chainid, address(device), 1, 1)), "head");
        vm.prank(successor);
        refuse(abi.encodeWithSelector(IDevice.NotPendingOwner.selector, successor));
        device.acceptOwnership(address(fleet), address(channel));
        vm.prank(owner);
        refuse(notOwner(owner));
        device.approve(address(otherChannel), 1, IMAGE);
    }

    function test_theSuccessorTakesOnlyGenuineContracts() external {
        vm.prank(owner);
        device.transferOwnership(successor);
        vm.prank(successor);
        refuse(abi.encodeWithSelector(IDevice.NotGenuine.selector, stranger));
        device.acceptOwnership(stranger, address(channel));
        vm.prank(successor);
        refuse(abi.encodeWithSelector(IDevice.NotGenuine.selector, stranger));
        device.acceptOwnership(address(fleet), stranger);
    }

    function test_anOfferCanBeCalledOff() external {
        vm.prank(owner);
        device.transferOwnership(successor);
        vm.prank(owner);
        device.transferOwnership(address(0));
        vm.prank(successor);
        refuse(abi.encodeWithSelector(IDevice.NotPendingOwner.selector, successor));
        device.acceptOwnership(address(fleet), address(channel));
        vm.prank(stranger);
        refuse(notOwner(stranger));
        device.transferOwnership(stranger);
    }

    function test_aStolenBoardIsNotHandedOn() external {
        vm.prank(owner);
        device.transferOwnership(successor);
        setStatus(Status.Stolen);
        vm.prank(successor);
        refuse(wrongStatus(Status.Stolen));
        device.acceptOwnership(address(fleet), address(channel));
        vm.prank(owner);
        refuse(wrongStatus(Status.Stolen));
        device.transferOwnership(stranger);
        setStatus(Status.Active);
        vm.prank(successor);
        device.acceptOwnership(address(fleet), address(channel));
    }

    // --- approval ---

    function test_ownerAndReleaserApproveGuardianClears() external {
        bytes32 expected = keccak256(abi.encode(address(channel), uint32(7), IMAGE));
        vm.prank(owner);
        device.approve(address(channel), 7, IMAGE);
        check(device.approval() == expected, "by the owner");
        vm.prank(guardian);
        fleet.clearApproval(address(device));
        check(device.approval() == 0, "cleared by a guardian");
        vm.prank(releaser);
        fleet.approve(address(device), address(channel), 7, IMAGE);
        check(device.approval() == expected, "by a releaser");
        vm.prank(owner);
        device.clearApproval();
        check(device.approval() == 0, "cleared by the owner");
        vm.recordLogs();
        vm.prank(owner);
        device.clearApproval();
        check(vm.getRecordedLogs().length == 0, "nothing to clear, nothing to tell");
    }

    function test_nobodyElseApprovesOrClears() external {
        address[4] memory others = [commander, provisioner, guardian, stranger];
        for (uint256 i; i < 4; ++i) {
            vm.prank(others[i]);
            refuse(missing(Role.Releaser, others[i]));
            fleet.approve(address(device), address(channel), 7, IMAGE);
            vm.prank(others[i]);
            refuse(notOwner(others[i]));
            device.approve(address(channel), 7, IMAGE);
            vm.prank(others[i]);
            refuse(notOwner(others[i]));
            device.clearApproval();
        }
        vm.prank(releaser);
        refuse(missing(Role.Guardian, releaser));
        fleet.clearApproval(address(device));
    }

    function test_anApprovalIsForTheChannelThatTheDeviceFollows() external {
        vm.prank(owner);
        refuse(abi.encodeWithSelector(IDevice.WrongChannel.selector, address(otherChannel)));
        device.approve(address(otherChannel), 7, IMAGE);
    }

    function test_aStolenBoardIsGivenNothing() external {
        setStatus(Status.Stolen);
        vm.prank(owner);
        refuse(wrongStatus(Status.Stolen));
        device.approve(address(channel), 7, IMAGE);
        vm.prank(commander);
        refuse(wrongStatus(Status.Stolen));
        fleet.append(address(device), 1, "a", soon());
    }

    function test_aSuspendedBoardMayBeUpdated() external {
        setStatus(Status.Suspended);
        vm.prank(owner);
        device.approve(address(channel), 7, IMAGE);
        check(device.approval() != 0, "approved");
    }

    // --- epochs ---

    function test_ownerOrThresholdBumpsTheEpoch() external {
        append(1, "a");
        vm.prank(owner);
        device.bumpEpoch();
        check(device.epoch() == 1, "by the owner");
        check(device.head() == keccak256(abi.encode(block.chainid, address(device), 1, 1)), "head");
        uint64 deadline = soon();
        bytes memory signatures =
            decided(fleet, keccak256(abi.encode(BUMP_DEVICE_EPOCH, address(device), uint32(1), deadline)));
        fleet.bumpDeviceEpoch(address(device), 1, deadline, signatures);
        check(device.epoch() == 2, "by the threshold");
        refuse(abi.encodeWithSelector(IFleet.WrongEpoch.selector, 2, 1));
        fleet.bumpDeviceEpoch(address(device), 1, deadline, signatures);
        vm.prank(stranger);
        refuse(notOwner(stranger));
        device.bumpEpoch();
        vm.expectRevert();
        fleet.bumpDeviceEpoch(address(device), 2, deadline, signatures);
    }

    // --- keys ---

    function rotation(uint256 oldKey, uint256 newKey, uint64 deadline)
        private
        view
        returns (bytes memory oldSignature, bytes memory newSignature, bytes memory signatures)
    {
        bytes32 digest = typed(
            address(device),
            keccak256(abi.encode(ROTATE_KEY, vm.addr(oldKey), vm.addr(newKey), device.epoch(), deadline))
        );
        oldSignature = signature(oldKey, digest);
        newSignature = signature(newKey, digest);
        signatures = decided(
            fleet,
            keccak256(abi.encode(ROTATE_DEVICE_KEY, address(device), vm.addr(newKey), device.epoch(), deadline))
        );
    }

    function test_bothKeysAndTheThresholdRotateTheKey() external {
        uint64 deadline = soon();
        (bytes memory a, bytes memory b, bytes memory c) = rotation(BOARD, BOARD + 50, deadline);
        address next = vm.addr(BOARD + 50);
        refuse(abi.encodeWithSelector(IDevice.WrongAddress.selector, vm.addr(BOARD)));
        fleet.rotateDeviceKey(address(device), next, 0, deadline, b, b, c);
        refuse(abi.encodeWithSelector(IDevice.WrongAddress.selector, next));
        fleet.rotateDeviceKey(address(device), next, 0, deadline, a, a, c);
        vm.expectRevert();
        fleet.rotateDeviceKey(address(device), next, 0, deadline, a, b, "");
        refuse(notFleet(stranger));
        vm.prank(stranger);
        device.rotateKey(next, deadline, a, b);
        fleet.rotateDeviceKey(address(device), next, 0, deadline, a, b, c);
        check(device.key() == next && device.epoch() == 1, "rotated, bumped");
        check(factory.deviceOf(vm.addr(BOARD)) == address(device), "the address stays");
        refuse(abi.encodeWithSelector(IFleet.WrongEpoch.selector, 1, 0));
        fleet.rotateDeviceKey(address(device), next, 0, deadline, a, b, c);
    }

    function test_aRotationHasADeadlineAndADifferentKey() external {
        uint64 deadline = soon();
        (bytes memory a, bytes memory b, bytes memory c) = rotation(BOARD, BOARD + 50, deadline);
        address next = vm.addr(BOARD + 50);
        vm.warp(deadline + 1);
        refuse(wrongTime(deadline, deadline + 1));
        fleet.rotateDeviceKey(address(device), next, 0, deadline, a, b, c);
        vm.prank(address(fleet));
        refuse(wrongTime(deadline, deadline + 1));
        device.rotateKey(next, deadline, a, b);
        vm.warp(deadline);
        (bytes memory d, bytes memory e, bytes memory f) = rotation(BOARD, BOARD, deadline);
        refuse(abi.encodeWithSelector(IDevice.WrongAddress.selector, vm.addr(BOARD)));
        fleet.rotateDeviceKey(address(device), vm.addr(BOARD), 0, deadline, d, e, f);
        fleet.rotateDeviceKey(address(device), next, 0, deadline, a, b, c);
    }

    function test_aStolenBoardsKeyIsNotRotated() external {
        setStatus(Status.Stolen);
        uint64 deadline = soon();
        (bytes memory a, bytes memory b, bytes memory c) = rotation(BOARD, BOARD + 50, deadline);
        address next = vm.addr(BOARD + 50);
        refuse(wrongStatus(Status.Stolen));
        fleet.rotateDeviceKey(address(device), next, 0, deadline, a, b, c);
    }
}
