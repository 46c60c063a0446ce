// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import "./Base.sol";

/// The decisions of a fleet's threshold, which nobody else makes.
contract DecisionsTest is Base {
    bytes32 private constant SET_DELEGATE =
        keccak256("SetDelegate(address delegate,string action,uint64 expiry,uint64 nonce,uint64 deadline)");
    bytes32 private constant SET_SIGNERS =
        keccak256("SetSigners(uint16 threshold,address[] signers,uint64 nonce,uint64 deadline)");
    bytes32 private constant SET_CHECKPOINT_KEYS =
        keccak256("SetCheckpointKeys(uint16 threshold,address[] keys,uint64 nonce,uint64 deadline)");
    bytes32 private constant SET_FORK_SCHEDULE = keccak256("SetForkSchedule(bytes data,uint64 nonce,uint64 deadline)");
    bytes32 private constant BUMP_FLEET_EPOCH = keccak256("BumpFleetEpoch(uint64 nonce,uint64 deadline)");
    bytes32 private constant SET_ROLE = keccak256(
        "SetRole(uint8 role,address account,uint64 expiry,bool bumpEpoch,uint64 nonce,uint64 deadline)"
    );

    function test_pauseIsFastAndResumeIsSlow() external {
        address[4] memory others = [commander, releaser, provisioner, stranger];
        for (uint256 i; i < 4; ++i) {
            vm.prank(others[i]);
            refuse(missing(Role.Guardian, others[i]));
            fleet.pause();
        }
        vm.prank(guardian);
        fleet.pause();
        check(fleet.paused(), "at once");
        vm.prank(guardian);
        vm.expectRevert(IFleet.FleetPaused.selector);
        fleet.pause();
        uint64 deadline = soon();
        bytes memory signatures = resumeSignatures(deadline);
        vm.prank(guardian);
        vm.expectRevert();
        fleet.resume(deadline, "");
        fleet.resume(deadline, signatures);
        check(!fleet.paused(), "the threshold resumes");
        vm.expectRevert();
        fleet.resume(deadline, signatures); // the nonce has moved on
        bytes memory again = resumeSignatures(deadline);
        vm.expectRevert(IFleet.FleetNotPaused.selector);
        fleet.resume(deadline, again);
    }

    function test_rolesAreGivenAndTaken() external {
        setRole(Role.Guardian, stranger, START + 1 days, false);
        check(fleet.roleExpiry(Role.Guardian, stranger) == START + 1 days && fleet.epoch() == 0, "given");
        vm.prank(stranger);
        fleet.pause();
        setRole(Role.Guardian, stranger, 0, true);
        check(fleet.roleExpiry(Role.Guardian, stranger) == 0 && fleet.epoch() == 1, "taken, with a new epoch");
        vm.prank(stranger);
        refuse(missing(Role.Guardian, stranger));
        fleet.suspend(address(device));
    }

    function test_delegatesAreListedPerAction() external {
        uint64 deadline = soon();
        bytes32 scope = keccak256("relay.set");
        bytes memory signatures = decided(
            fleet, keccak256(abi.encode(SET_DELEGATE, stranger, scope, START + 1 days, fleet.nonce(), deadline))
        );
        fleet.setDelegate(stranger, "relay.set", START + 1 days, deadline, signatures);
        check(fleet.delegateExpiry(stranger, "relay.set") == START + 1 days, "listed");
        check(fleet.delegateExpiry(stranger, "relay.get") == 0, "no other action");
        check(fleet.delegates(keccak256(abi.encode(stranger, scope))) == START + 1 days, "the slot that boards prove");
        signatures = decided(fleet, keccak256(abi.encode(SET_DELEGATE, stranger, scope, 0, fleet.nonce(), deadline)));
        fleet.setDelegate(stranger, "relay.set", 0, deadline, signatures);
        check(fleet.delegateExpiry(stranger, "relay.set") == 0, "taken off");
    }

    function test_signersAreReplacedAsAWhole() external {
        uint64 deadline = soon();
        address[] memory next = keys(SIGNER + 10, 4);
        bytes memory signatures = decided(
            fleet,
            keccak256(
                abi.encode(SET_SIGNERS, uint16(3), keccak256(abi.encodePacked(next)), fleet.nonce(), deadline)
            )
        );
        fleet.setSigners(3, next, deadline, signatures);
        check(fleet.threshold() == 3 && fleet.signers().length == 4, "replaced");
        bytes memory old = resumeSignatures(deadline);
        vm.prank(guardian);
        fleet.pause();
        refuse(abi.encodeWithSelector(Quorum.TooFewSignatures.selector, 130, 3));
        fleet.resume(deadline, old);
        bytes32 digest = typed(
            address(fleet),
            keccak256(abi.encode(keccak256("Resume(uint64 nonce,uint64 deadline)"), fleet.nonce(), deadline))
        );
        bytes memory outgoing = together(SIGNER, 3, digest);
        vm.expectRevert(); // three of the old ones
        fleet.resume(deadline, outgoing);
        fleet.resume(deadline, together(SIGNER + 10, 3, digest));
    }

    function test_theSignersCannotMakeOneKeyEnough() external {
        uint64 deadline = soon();
        address[] memory next = keys(SIGNER + 10, 4);
        bytes memory signatures = decided(
            fleet,
            keccak256(
                abi.encode(SET_SIGNERS, uint16(1), keccak256(abi.encodePacked(next)), fleet.nonce(), deadline)
            )
        );
        refuse(abi.encodeWithSelector(IFleet.ThresholdTooLow.selector, 1));
        fleet.setSigners(1, next, deadline, signatures);
    }

    function test_checkpointKeysAreOneSlot() external {
        uint64 deadline = soon();
        address[] memory next = keys(SIGNER + 20, 3);
        bytes memory signatures = decided(
            fleet,
            keccak256(
                abi.encode(SET_CHECKPOINT_KEYS, uint16(2), keccak256(abi.encodePacked(next)), fleet.nonce(), deadline)
            )
        );
        vm.recordLogs();
        fleet.setCheckpointKeys(2, next, "handover", deadline, signatures);
        check(fleet.checkpointKeys() == keccak256(abi.encode(uint16(2), next)), "slot");
        check(
            keccak256(vm.getRecordedLogs()[0].data) == keccak256(abi.encode(uint16(2), next, bytes("handover"))),
            "event with the outgoing keys' signatures"
        );
    }

    function refuseCheckpointKeys(uint16 k, address[] memory list, bytes memory reason) private {
        uint64 deadline = soon();
        bytes memory signatures = decided(
            fleet,
            keccak256(
                abi.encode(SET_CHECKPOINT_KEYS, k, keccak256(abi.encodePacked(list)), fleet.nonce(), deadline)
            )
        );
        refuse(reason);
        fleet.setCheckpointKeys(k, list, "", deadline, signatures);
    }

    function refuseSigners(uint16 k, address[] memory list, bytes memory reason) private {
        uint64 deadline = soon();
        bytes memory signatures = decided(
            fleet,
            keccak256(abi.encode(SET_SIGNERS, k, keccak256(abi.encodePacked(list)), fleet.nonce(), deadline))
        );
        refuse(reason);
        fleet.setSigners(k, list, deadline, signatures);
    }

    function test_noSetThatBoardsCannotHoldIsEnacted() external {
        address[] memory list = keys(SIGNER + 20, 17);
        refuseCheckpointKeys(2, list, tooMany(17));
        refuseSigners(2, list, tooMany(17));
        list = keys(SIGNER + 20, 3);
        refuseCheckpointKeys(0, list, outOfReach(0, 3));
        refuseCheckpointKeys(4, list, outOfReach(4, 3));
        refuseSigners(4, list, outOfReach(4, 3));
        (list[1], list[2]) = (list[2], list[1]);
        refuseCheckpointKeys(2, list, notAscending(list[2]));
        refuseSigners(2, list, notAscending(list[2]));
        list[2] = list[1];
        refuseCheckpointKeys(2, list, notAscending(list[1]));
        refuseSigners(2, list, notAscending(list[1]));
        list[0] = address(0);
        refuseCheckpointKeys(2, list, notAscending(address(0)));
        refuseSigners(2, list, notAscending(address(0)));
        refuseCheckpointKeys(1, new address[](0), outOfReach(1, 0));

        uint64 deadline = soon();
        list = keys(SIGNER + 20, 16);
        bytes32 hash = keccak256(
            abi.encode(SET_CHECKPOINT_KEYS, uint16(16), keccak256(abi.encodePacked(list)), fleet.nonce(), deadline)
        );
        fleet.setCheckpointKeys(16, list, "", deadline, decided(fleet, hash));
        check(fleet.checkpointKeys() == keccak256(abi.encode(uint16(16), list)), "16 of 16 is the most");
    }

    function test_theForkScheduleIsCommittedTo() external {
        uint64 deadline = soon();
        bytes memory signatures = decided(
            fleet, keccak256(abi.encode(SET_FORK_SCHEDULE, keccak256("forks"), fleet.nonce(), deadline))
        );
        fleet.setForkSchedule("forks", deadline, signatures);
        check(fleet.forkSchedule() == keccak256("forks"), "slot");
    }

    function test_theFleetsEpochIsBumped() external {
        uint64 deadline = soon();
        bytes memory signatures =
            decided(fleet, keccak256(abi.encode(BUMP_FLEET_EPOCH, fleet.nonce(), deadline)));
        fleet.bumpEpoch(deadline, signatures);
        check(fleet.epoch() == 1 && fleet.nonce() == 1, "bumped");
        vm.expectRevert();
        fleet.bumpEpoch(deadline, signatures);
    }

    function test_everyDecisionHasADeadline() external {
        uint64 deadline = soon();
        bytes memory signatures = decided(fleet, keccak256(abi.encode(BUMP_FLEET_EPOCH, fleet.nonce(), deadline)));
        vm.warp(deadline + 1);
        refuse(wrongTime(deadline, deadline + 1));
        fleet.bumpEpoch(deadline, signatures);
        vm.warp(deadline);
        fleet.bumpEpoch(deadline, signatures);
    }

    function test_everyDecisionNeedsTheThreshold() external {
        uint64 d = soon();
        address[] memory list = keys(SIGNER, 2);
        bytes memory none = abi.encodeWithSelector(Quorum.TooFewSignatures.selector, 0, 2);
        refuse(none);
        fleet.resume(d, "");
        refuse(none);
        fleet.setRole(Role.Commander, stranger, d, false, d, "");
        refuse(none);
        fleet.setDelegate(stranger, "relay.set", d, d, "");
        refuse(none);
        fleet.setSigners(2, list, d, "");
        refuse(none);
        fleet.setCheckpointKeys(2, list, "", d, "");
        refuse(none);
        fleet.setForkSchedule("", d, "");
        refuse(none);
        fleet.bumpEpoch(d, "");
        refuse(none);
        fleet.bumpDeviceEpoch(address(device), 0, d, "");
        refuse(none);
        fleet.rotateDeviceKey(address(device), stranger, 0, d, "", "", "");
        refuse(none);
        fleet.appendIrreversible(address(device), 0, 1, "", d, d, "");
        refuse(none);
        fleet.batchIrreversible(1, "", d, d, "");
        refuse(none);
        fleet.checkRetirement(0, d, "");
    }

    // --- how signatures are counted ---

    function bump(bytes memory signatures) private {
        fleet.bumpEpoch(soon(), signatures);
    }

    function bumpDigest() private view returns (bytes32) {
        return typed(address(fleet), keccak256(abi.encode(BUMP_FLEET_EPOCH, fleet.nonce(), soon())));
    }

    function test_oneSignatureIsNotEnoughNorTwice() external {
        bytes memory one = signature(SIGNER, bumpDigest());
        refuse(abi.encodeWithSelector(Quorum.TooFewSignatures.selector, 65, 2));
        bump(one);
        refuse(abi.encodeWithSelector(Quorum.SignersNotAscending.selector, vm.addr(SIGNER)));
        bump(bytes.concat(one, one));
        bump(together(SIGNER, 2, bumpDigest()));
    }

    function test_signersAscend() external {
        bytes memory a = signature(SIGNER, bumpDigest());
        bytes memory b = signature(SIGNER + 1, bumpDigest());
        bool ascending = vm.addr(SIGNER) < vm.addr(SIGNER + 1);
        vm.expectRevert();
        bump(ascending ? bytes.concat(b, a) : bytes.concat(a, b));
        bump(ascending ? bytes.concat(a, b) : bytes.concat(b, a));
    }

    function test_allThreeMaySign() external {
        bump(together(SIGNER, 3, bumpDigest()));
        check(fleet.epoch() == 1, "done");
    }

    function test_aStrangersSignatureSpoilsAll() external {
        bytes memory signatures = together(SIGNER + 2, 2, bumpDigest()); // one signer, one stranger
        refuse(abi.encodeWithSelector(Quorum.NotASigner.selector, vm.addr(SIGNER + 3)));
        bump(signatures);
    }

    function test_halfSignaturesAreRefused() external {
        bytes memory signatures = bytes.concat(together(SIGNER, 2, bumpDigest()), hex"00");
        refuse(abi.encodeWithSelector(Quorum.TooFewSignatures.selector, 131, 2));
        bump(signatures);
    }

    function testFuzz_noChangedByteIsAccepted(uint256 index, uint8 difference) external {
        vm.assume(difference != 0);
        bytes memory signatures = together(SIGNER, 2, bumpDigest());
        index %= signatures.length;
        // v of 0/1 instead of 27/28 is no valid value either: OpenZeppelin takes 27 and 28 alone
        signatures[index] = bytes1(uint8(signatures[index]) ^ difference);
        vm.expectRevert();
        bump(signatures);
    }

    function testFuzz_rolesOfOthersStayAsTheyAre(address account, uint8 role, uint64 expiry) external {
        role = role % 4;
        vm.assume(account != commander && account != releaser && account != guardian && account != provisioner);
        setRole(Role(role), account, expiry, false);
        check(fleet.roleExpiry(Role(role), account) == expiry, "given");
        for (uint8 other; other < 4; ++other) {
            if (other != role) check(fleet.roleExpiry(Role(other), account) == 0, "no other role");
        }
        check(fleet.roleExpiry(Role.Commander, commander) == START + YEAR, "the commander's stays");
    }
}
