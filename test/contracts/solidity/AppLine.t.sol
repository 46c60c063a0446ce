// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import "./Base.sol";

/// The app line: a second channel and a second approval, set by the same parties as those of the firmware.
contract AppLineTest is Base {
    function follow(address followed) private {
        vm.prank(owner);
        device.setAppChannel(followed);
    }

    function approveApp(uint32 version) private {
        vm.prank(owner);
        device.approveApp(address(otherChannel), version, IMAGE);
    }

    function notOwner(address caller) private pure returns (bytes memory) {
        return abi.encodeWithSelector(IDevice.NotOwner.selector, caller);
    }

    function wrongChannel(address named) private pure returns (bytes memory) {
        return abi.encodeWithSelector(IDevice.WrongChannel.selector, named);
    }

    function test_itBeginsWithoutAChannel() external {
        check(device.appChannel() == address(0) && device.appApproval() == 0, "zero");
        vm.prank(owner);
        refuse(wrongChannel(address(0)));
        device.approveApp(address(0), 1, IMAGE);
        vm.prank(owner);
        refuse(wrongChannel(address(channel)));
        device.approveApp(address(channel), 1, IMAGE); // that is the firmware's
    }

    function test_theOwnerAloneChoosesItsChannelAmongGenuineOnes() external {
        address[4] memory others = [address(fleet), releaser, guardian, stranger];
        for (uint256 i; i < 4; ++i) {
            vm.prank(others[i]);
            refuse(notOwner(others[i]));
            device.setAppChannel(address(otherChannel));
        }
        vm.prank(owner);
        refuse(abi.encodeWithSelector(IDevice.NotGenuine.selector, address(fleet)));
        device.setAppChannel(address(fleet));
        vm.prank(owner);
        refuse(abi.encodeWithSelector(IDevice.NotGenuine.selector, stranger));
        device.setAppChannel(stranger);
        follow(address(otherChannel));
        check(device.appChannel() == address(otherChannel) && device.channel() == address(channel), "beside");
        check(device.epoch() == 0, "no new epoch");
        follow(address(0));
        check(device.appChannel() == address(0), "none again");
    }

    function test_theSlotsThatBoardsProve() external {
        follow(address(otherChannel));
        approveApp(7);
        check(vm.load(address(device), bytes32(uint256(6))) == bytes32(uint256(uint160(address(otherChannel)))), "6");
        bytes32 expected = keccak256(abi.encode(address(otherChannel), uint32(7), IMAGE));
        check(vm.load(address(device), bytes32(uint256(7))) == expected, "7, formed like 5");
    }

    function test_ownerAndReleaserApproveGuardianAndOwnerClear() external {
        follow(address(otherChannel));
        bytes32 expected = keccak256(abi.encode(address(otherChannel), uint32(7), IMAGE));
        approveApp(7);
        check(device.appApproval() == expected && device.approval() == 0, "by the owner");
        vm.prank(guardian);
        fleet.clearAppApproval(address(device));
        check(device.appApproval() == 0, "cleared by a guardian");
        vm.prank(releaser);
        fleet.approveApp(address(device), address(otherChannel), 7, IMAGE);
        check(device.appApproval() == expected, "by a releaser");
        vm.prank(owner);
        device.clearAppApproval();
        check(device.appApproval() == 0, "cleared by the owner");
        vm.recordLogs();
        vm.prank(owner);
        device.clearAppApproval();
        check(vm.getRecordedLogs().length == 0, "nothing to clear, nothing to tell");
    }

    function test_nobodyElseApprovesOrClears() external {
        follow(address(otherChannel));
        address[4] memory others = [commander, provisioner, guardian, stranger];
        for (uint256 i; i < 4; ++i) {
            vm.prank(others[i]);
            refuse(missing(Role.Releaser, others[i]));
            fleet.approveApp(address(device), address(otherChannel), 7, IMAGE);
            vm.prank(others[i]);
            refuse(notOwner(others[i]));
            device.approveApp(address(otherChannel), 7, IMAGE);
            vm.prank(others[i]);
            refuse(notOwner(others[i]));
            device.clearAppApproval();
        }
        vm.prank(releaser);
        refuse(missing(Role.Guardian, releaser));
        fleet.clearAppApproval(address(device));
    }

    function test_theTwoApprovalsAreClearedEachByItself() external {
        follow(address(otherChannel));
        approveApp(7);
        vm.prank(owner);
        device.approve(address(channel), 1, IMAGE);
        vm.prank(owner);
        device.clearApproval();
        check(device.approval() == 0 && device.appApproval() != 0, "the app's stays");
        vm.prank(owner);
        device.approve(address(channel), 1, IMAGE);
        vm.prank(owner);
        device.clearAppApproval();
        check(device.approval() != 0 && device.appApproval() == 0, "the firmware's stays");
    }

    function test_aChangeOfItsChannelClearsItsApprovalAlone() external {
        follow(address(otherChannel));
        approveApp(7);
        vm.prank(owner);
        device.approve(address(channel), 1, IMAGE);
        follow(address(channel));
        check(device.appApproval() == 0 && device.approval() != 0, "the app's alone");
        vm.prank(owner);
        device.approveApp(address(channel), 7, IMAGE);
        vm.prank(owner);
        device.setChannel(address(otherChannel));
        check(device.approval() == 0 && device.appApproval() != 0, "the firmware's alone");
    }

    function test_aChangeOfFleetClearsBothApprovals() external {
        follow(address(otherChannel));
        approveApp(7);
        vm.prank(owner);
        device.approve(address(channel), 1, IMAGE);
        vm.prank(owner);
        device.setFleet(address(otherFleet));
        check(device.approval() == 0 && device.appApproval() == 0, "both");
        check(device.appChannel() == address(otherChannel), "its channel is still the owner's choice");
    }

    function test_aNewOwnerInheritsNeitherChannelNorApproval() external {
        follow(address(otherChannel));
        approveApp(7);
        vm.prank(owner);
        device.transferOwnership(successor);
        vm.prank(successor);
        device.acceptOwnership(address(fleet), address(channel));
        check(device.appChannel() == address(0) && device.appApproval() == 0, "nothing of the former owner's");
        vm.prank(successor);
        device.setAppChannel(address(otherChannel));
        check(device.appApproval() == 0, "nor does it come back");
    }

    function test_aStolenBoardIsGivenNoApp() external {
        follow(address(otherChannel));
        setStatus(Status.Stolen);
        vm.prank(owner);
        refuse(wrongStatus(Status.Stolen));
        device.approveApp(address(otherChannel), 7, IMAGE);
        setStatus(Status.Suspended);
        approveApp(7);
        check(device.appApproval() != 0, "a suspended one may be");
    }
}
