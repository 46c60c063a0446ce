// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import "./Base.sol";
import {ECDSA} from "@openzeppelin/contracts/utils/cryptography/ECDSA.sol";

/// Releases: who publishes, who stops, and that a rollout only widens by a release key.
contract ReleasesTest is Base {
    bytes32 private constant RESUME = keccak256("ResumeChannel(uint32 version,uint64 nonce,uint64 deadline)");
    bytes32 private constant SET_MANUFACTURE = keccak256("SetManufacture(bytes32 root,uint64 nonce,uint64 deadline)");
    bytes32 private constant SET_GUARDIAN =
        keccak256("SetGuardian(address account,bool allowed,uint64 nonce,uint64 deadline)");
    bytes32 private constant SET_RELEASE_KEYS =
        keccak256("SetReleaseKeys(uint16 threshold,address[] keys,uint64 nonce,uint64 deadline)");

    address private releaseKey = vm.addr(RELEASE_KEY);

    function resume() private {
        uint64 deadline = soon();
        bytes32 hash = keccak256(abi.encode(RESUME, channel.newest(), channel.nonce(), deadline));
        channel.resume(deadline, released(channel, hash));
    }

    function setManufacture(bytes32 root) private {
        uint64 deadline = soon();
        bytes32 hash = keccak256(abi.encode(SET_MANUFACTURE, root, channel.nonce(), deadline));
        channel.setManufacture(root, deadline, released(channel, hash));
    }

    // --- publishing ---

    function test_aReleaseIsOneProvableRecord() external {
        Release memory release = releaseOf(7);
        release.floor = 5;
        vm.recordLogs();
        publish(channel, release);
        check(channel.records(7) == keccak256(abi.encode(IMAGE, uint32(1000), MANIFEST)), "record");
        check(channel.newest() == 7 && channel.floor() == 5 && channel.rollout() == 100, "first slot");
        check(channel.threshold() == 2 && channel.haltThreshold() == 2 && channel.flags() == 0, "the rest of it");
        Vm.Log memory log = vm.getRecordedLogs()[0];
        check(log.topics[0] == IReleaseChannel.Published.selector && log.topics[1] == bytes32(uint256(7)), "event");
        check(
            keccak256(log.data) == keccak256(abi.encode(IMAGE, uint32(1000), MANIFEST, uint32(5), uint16(100))),
            "data"
        );
    }

    function test_aVersionNumberIsNeverUsedAgain() external {
        publish(channel, releaseOf(7));
        bytes32 record = channel.records(7);
        for (uint32 version = 5; version < 8; ++version) {
            Release memory release = releaseOf(version);
            release.imageSha256 = keccak256("other");
            uint64 deadline = soon();
            bytes memory signatures = released(channel, publishHash(release, deadline));
            refuse(abi.encodeWithSelector(IReleaseChannel.NotNewer.selector, version, 7));
            channel.publish(release, deadline, signatures);
        }
        vm.prank(channelGuardian);
        channel.withdraw(7);
        Release memory again = releaseOf(7);
        bytes memory signed = released(channel, publishHash(again, soon()));
        refuse(abi.encodeWithSelector(IReleaseChannel.NotNewer.selector, 7, 7));
        channel.publish(again, soon(), signed);
        publish(channel, releaseOf(8));
        check(channel.records(7) != record && uint256(channel.records(7)) == 1, "withdrawn stays withdrawn");
    }

    function test_publishingNeedsTheThreshold() external {
        Release memory release = releaseOf(1);
        uint64 deadline = soon();
        bytes32 digest = typed(address(channel), publishHash(release, deadline));
        bytes memory one = signature(RELEASE_KEY, digest);
        bytes memory twice = bytes.concat(one, one);
        bytes memory strangers = together(RELEASE_KEY + 10, 2, digest);
        bytes memory otherChannels =
            released(otherChannel, publishHash(release, deadline));
        refuse(abi.encodeWithSelector(Quorum.TooFewSignatures.selector, 65, 2));
        channel.publish(release, deadline, one);
        refuse(abi.encodeWithSelector(Quorum.SignersNotAscending.selector, releaseKey));
        channel.publish(release, deadline, twice);
        vm.expectRevert();
        channel.publish(release, deadline, strangers);
        vm.expectRevert();
        channel.publish(release, deadline, otherChannels);
        vm.prank(stranger); // anybody may send what was signed
        channel.publish(release, deadline, released(channel, publishHash(release, deadline)));
    }

    function test_noFieldCanBeChangedAfterSigning() external {
        uint64 deadline = soon();
        bytes memory signatures = released(channel, publishHash(releaseOf(1), deadline));
        for (uint256 field; field < 7; ++field) {
            Release memory changed = releaseOf(1);
            uint64 until = deadline;
            if (field == 0) changed.version = 2;
            if (field == 1) changed.imageSha256 = 0;
            if (field == 2) changed.size = 999;
            if (field == 3) changed.manifestHash = 0;
            if (field == 4) changed.floor = 1;
            if (field == 5) changed.rollout = 1000;
            if (field == 6) until += 1;
            vm.expectRevert();
            channel.publish(changed, until, signatures);
        }
        channel.publish(releaseOf(1), deadline, signatures);
    }

    function test_signaturesToPublishAreGoodUntilTheirDeadline() external {
        Release memory release = releaseOf(1);
        uint64 deadline = soon();
        bytes memory signatures = released(channel, publishHash(release, deadline));
        vm.warp(deadline + 1);
        refuse(wrongTime(deadline, deadline + 1));
        channel.publish(release, deadline, signatures);
        vm.warp(deadline);
        channel.publish(release, deadline, signatures);
    }

    function refusePublish(Release memory release, bytes memory reason) private {
        uint64 deadline = soon();
        bytes memory signatures = released(channel, publishHash(release, deadline));
        refuse(reason);
        channel.publish(release, deadline, signatures);
    }

    function test_theFloorNeverGoesDownNorAboveItsVersion() external {
        Release memory release = releaseOf(5);
        release.floor = 6;
        refusePublish(release, abi.encodeWithSelector(IReleaseChannel.WrongFloor.selector, 6));
        release.floor = 5;
        publish(channel, release);
        release.version = 6;
        release.floor = 4;
        refusePublish(release, abi.encodeWithSelector(IReleaseChannel.WrongFloor.selector, 4));
        release.floor = 5;
        publish(channel, release);
        check(channel.floor() == 5, "floor");
    }

    function test_impossibleReleasesAreRefused() external {
        Release memory release = releaseOf(1);
        release.rollout = 1001;
        refusePublish(release, abi.encodeWithSelector(IReleaseChannel.WrongRollout.selector, 1001));
        release.rollout = 1000;
        release.size = 0;
        refusePublish(release, abi.encodeWithSelector(IReleaseChannel.Empty.selector));
        release.size = 1;
        publish(channel, release);
        release.version = 0;
        refusePublish(release, abi.encodeWithSelector(IReleaseChannel.NotNewer.selector, 0, 1));
    }

    // --- rollout ---

    function test_onlyAReleaseKeyWidens() external {
        publish(channel, releaseOf(1));
        address[5] memory others = [channelGuardian, owner, releaser, guardian, stranger];
        for (uint256 i; i < 5; ++i) {
            vm.prank(others[i]);
            refuse(abi.encodeWithSelector(IReleaseChannel.NotReleaseKey.selector, others[i]));
            channel.widen(1, 200);
        }
        vm.prank(releaseKey);
        channel.widen(1, 200);
        check(channel.rollout() == 200, "wider");
        vm.prank(releaseKey);
        refuse(abi.encodeWithSelector(IReleaseChannel.WrongRollout.selector, 200));
        channel.widen(1, 200);
        vm.prank(releaseKey);
        refuse(abi.encodeWithSelector(IReleaseChannel.WrongRollout.selector, 1001));
        channel.widen(1, 1001);
        vm.prank(releaseKey);
        refuse(abi.encodeWithSelector(IReleaseChannel.NotNewest.selector, 2, 1));
        channel.widen(2, 1000);
        vm.prank(releaseKey);
        channel.widen(1, 1000);
    }

    function test_guardianAndReleaseKeyNarrow() external {
        publish(channel, releaseOf(1));
        vm.prank(stranger);
        refuse(abi.encodeWithSelector(IReleaseChannel.NotGuardian.selector, stranger));
        channel.narrow(1, 50);
        vm.prank(channelGuardian);
        channel.narrow(1, 50);
        vm.prank(releaseKey);
        channel.narrow(1, 20);
        check(channel.rollout() == 20, "narrower");
        vm.prank(channelGuardian);
        refuse(abi.encodeWithSelector(IReleaseChannel.WrongRollout.selector, 20));
        channel.narrow(1, 20);
        vm.prank(channelGuardian);
        refuse(abi.encodeWithSelector(IReleaseChannel.NotNewest.selector, 2, 1));
        channel.narrow(2, 0);
        vm.prank(channelGuardian);
        channel.narrow(1, 0);
    }

    // --- stopping ---

    function test_aGuardianPausesAndReleaseKeysResume() external {
        publish(channel, releaseOf(1));
        vm.prank(stranger);
        refuse(abi.encodeWithSelector(IReleaseChannel.NotGuardian.selector, stranger));
        channel.pause();
        vm.prank(releaseKey);
        refuse(abi.encodeWithSelector(IReleaseChannel.NotGuardian.selector, releaseKey));
        channel.pause();
        vm.prank(channelGuardian);
        channel.pause();
        check(channel.flags() == 1, "paused");
        vm.prank(channelGuardian);
        refuse(abi.encodeWithSelector(IReleaseChannel.ChannelStopped.selector, 1));
        channel.pause();
        refusePublish(releaseOf(2), abi.encodeWithSelector(IReleaseChannel.ChannelStopped.selector, 1));
        vm.prank(releaseKey);
        refuse(abi.encodeWithSelector(IReleaseChannel.ChannelStopped.selector, 1));
        channel.widen(1, 200);
        resume();
        check(channel.flags() == 0, "resumed");
        uint64 deadline = soon();
        bytes memory again =
            released(channel, keccak256(abi.encode(RESUME, uint32(1), channel.nonce(), deadline)));
        vm.expectRevert(IReleaseChannel.ChannelNotStopped.selector);
        channel.resume(deadline, again);
    }

    function test_aResumeIsSignedForOneVersionAndOnce() external {
        publish(channel, releaseOf(1));
        uint64 deadline = soon();
        bytes memory signatures =
            released(channel, keccak256(abi.encode(RESUME, uint32(1), channel.nonce(), deadline)));
        publish(channel, releaseOf(2));
        vm.prank(channelGuardian);
        channel.pause();
        vm.expectRevert();
        channel.resume(deadline, signatures);
        signatures = released(channel, keccak256(abi.encode(RESUME, uint32(2), channel.nonce(), deadline)));
        channel.resume(deadline, signatures);
        vm.prank(channelGuardian);
        channel.pause();
        vm.expectRevert();
        channel.resume(deadline, signatures);
    }

    function test_aGuardianWithdrawsForEver() external {
        publish(channel, releaseOf(1));
        vm.prank(stranger);
        refuse(abi.encodeWithSelector(IReleaseChannel.NotGuardian.selector, stranger));
        channel.withdraw(1);
        vm.prank(releaseKey);
        refuse(abi.encodeWithSelector(IReleaseChannel.NotGuardian.selector, releaseKey));
        channel.withdraw(1);
        vm.prank(channelGuardian);
        channel.withdraw(1);
        check(uint256(channel.records(1)) == 1, "withdrawn");
        vm.prank(channelGuardian);
        refuse(abi.encodeWithSelector(IReleaseChannel.NotPublished.selector, 1));
        channel.withdraw(1);
        vm.prank(channelGuardian);
        refuse(abi.encodeWithSelector(IReleaseChannel.NotPublished.selector, 9));
        channel.withdraw(9);
    }

    function test_anOlderReleaseIsWithdrawnToo() external {
        publish(channel, releaseOf(1));
        publish(channel, releaseOf(2));
        vm.prank(channelGuardian);
        channel.withdraw(1);
        check(uint256(channel.records(1)) == 1 && uint256(channel.records(2)) > 1, "the old one alone");
    }

    // --- who ---

    function test_releaseKeysDecideWhoGuardsAndWhoReleases() external {
        uint64 deadline = soon();
        bytes memory signatures =
            released(channel, keccak256(abi.encode(SET_GUARDIAN, stranger, true, channel.nonce(), deadline)));
        channel.setGuardian(stranger, true, deadline, signatures);
        vm.prank(stranger);
        channel.pause();
        signatures = released(channel, keccak256(abi.encode(SET_GUARDIAN, stranger, false, channel.nonce(), deadline)));
        channel.setGuardian(stranger, false, deadline, signatures);
        check(!channel.guardians(stranger), "taken");
        resume();

        address[] memory next = keys(RELEASE_KEY + 10, 2);
        bytes32 hash = keccak256(
            abi.encode(SET_RELEASE_KEYS, uint16(1), keccak256(abi.encodePacked(next)), channel.nonce(), deadline)
        );
        channel.setReleaseKeys(1, next, deadline, released(channel, hash));
        check(channel.threshold() == 1 && channel.releaseKeys().length == 2, "replaced");
        Release memory release = releaseOf(1);
        bytes memory old = released(channel, publishHash(release, deadline));
        vm.expectRevert();
        channel.publish(release, deadline, old);
        channel.publish(release, deadline, signature(RELEASE_KEY + 10, typed(address(channel), publishHash(release, deadline))));
    }

    function refuseReleaseKeys(uint16 k, address[] memory list, bytes memory reason) private {
        uint64 deadline = soon();
        bytes32 hash = keccak256(
            abi.encode(SET_RELEASE_KEYS, k, keccak256(abi.encodePacked(list)), channel.nonce(), deadline)
        );
        bytes memory signatures = released(channel, hash);
        refuse(reason);
        channel.setReleaseKeys(k, list, deadline, signatures);
    }

    function test_releaseKeysAreSixteenAtMostAndAscend() external {
        address[] memory list = keys(RELEASE_KEY + 10, 17);
        refuseReleaseKeys(2, list, tooMany(17));
        list = keys(RELEASE_KEY + 10, 2);
        refuseReleaseKeys(3, list, outOfReach(3, 2));
        (list[0], list[1]) = (list[1], list[0]);
        refuseReleaseKeys(2, list, notAscending(list[1]));
        list[1] = list[0];
        refuseReleaseKeys(2, list, notAscending(list[0]));
        list = keys(RELEASE_KEY + 10, 16);
        bytes32 hash = keccak256(
            abi.encode(SET_RELEASE_KEYS, uint16(16), keccak256(abi.encodePacked(list)), channel.nonce(), soon())
        );
        channel.setReleaseKeys(16, list, soon(), released(channel, hash));
        check(channel.releaseKeys().length == 16, "16 of 16 is the most");
    }

    function test_everyDecisionNeedsTheThresholdAndCountsOnce() external {
        uint64 d = soon();
        bytes memory none = abi.encodeWithSelector(Quorum.TooFewSignatures.selector, 0, 2);
        refuse(none);
        channel.resume(d, "");
        refuse(none);
        channel.setManufacture(0, d, "");
        refuse(none);
        channel.setGuardian(stranger, true, d, "");
        refuse(none);
        channel.setReleaseKeys(2, keys(RELEASE_KEY, 2), d, "");
        refuse(none);
        channel.publish(releaseOf(1), d, "");
        bytes memory signatures =
            released(channel, keccak256(abi.encode(SET_MANUFACTURE, bytes32("r"), channel.nonce(), d)));
        channel.setManufacture("r", d, signatures);
        check(channel.manufactureRoot() == "r" && channel.nonce() == 1, "set");
        vm.expectRevert();
        channel.setManufacture("r", d, signatures);
    }

    // --- boards that failed ---

    struct Failure {
        Device board;
        uint256 key;
        Receipt receipt;
        bytes signature;
        bytes32[] proof;
    }

    /// @dev Boards 0 to 3 are made by the vendor; each proves it with two hashes.
    function boards() private returns (Failure[4] memory all) {
        bytes32[4] memory leaves;
        for (uint256 i; i < 4; ++i) {
            all[i].board = i == 0 ? device : registered(i);
            all[i].key = BOARD + i;
            leaves[i] = keccak256(bytes.concat(keccak256(abi.encode(address(all[i].board)))));
        }
        bytes32 left = pair(leaves[0], leaves[1]);
        bytes32 right = pair(leaves[2], leaves[3]);
        setManufacture(pair(left, right));
        for (uint256 i; i < 4; ++i) {
            all[i].proof = new bytes32[](2);
            all[i].proof[0] = leaves[i ^ 1];
            all[i].proof[1] = i < 2 ? right : left;
            sign(all[i], failed(1));
        }
    }

    function pair(bytes32 a, bytes32 b) private pure returns (bytes32) {
        return a < b ? keccak256(abi.encode(a, b)) : keccak256(abi.encode(b, a));
    }

    function failed(uint32 version) private view returns (Receipt memory receipt) {
        receipt.counter = 1;
        receipt.envelopeHash = keccak256(abi.encode(address(channel), version, IMAGE));
        receipt.outcome = 2;
        receipt.code = "health";
    }

    function sign(Failure memory failure, Receipt memory receipt) private view {
        failure.receipt = receipt;
        failure.signature = signature(failure.key, receiptDigest(address(failure.board), receipt));
    }

    function report(Failure memory failure) private {
        channel.reportFailure(
            address(failure.board), failure.receipt, failure.signature, IMAGE, 1000, MANIFEST, failure.proof
        );
    }

    function test_enoughGenuineFailuresHaltARollout() external {
        publish(channel, releaseOf(1));
        Failure[4] memory all = boards();
        vm.prank(stranger); // anybody may carry receipts
        report(all[0]);
        check(channel.failures(1) == 1 && channel.flags() == 0 && channel.counted(1, address(device)), "counted");
        refuse(abi.encodeWithSelector(IReleaseChannel.AlreadyCounted.selector, address(device)));
        report(all[0]);
        vm.recordLogs();
        report(all[1]);
        check(channel.flags() == 2 && channel.rollout() == 100, "halted, never widened");
        Vm.Log[] memory logs = vm.getRecordedLogs();
        check(logs.length == 2 && logs[1].topics[0] == IReleaseChannel.Halted.selector, "told");
        report(all[2]);
        check(channel.flags() == 2 && channel.failures(1) == 3, "counted on");
        vm.prank(releaseKey);
        refuse(abi.encodeWithSelector(IReleaseChannel.ChannelStopped.selector, 2));
        channel.widen(1, 200);
        resume();
        check(channel.flags() == 0 && channel.failures(1) == 0, "the release keys weighed these failures");
        refuse(abi.encodeWithSelector(IReleaseChannel.AlreadyCounted.selector, address(device)));
        report(all[0]); // nor do those who failed before count a second time
        vm.prank(releaseKey);
        channel.widen(1, 200);
        report(all[3]);
        check(channel.flags() == 0 && channel.failures(1) == 1, "one more");
    }

    function test_aResumedVersionIsHaltedAgainByAsManyBoardsMore() external {
        publish(channel, releaseOf(1));
        Failure[4] memory all = boards();
        report(all[0]);
        report(all[1]);
        resume();
        report(all[2]);
        check(channel.flags() == 0, "one is not enough");
        report(all[3]);
        check(channel.flags() == 2 && channel.failures(1) == 2, "halted again");
    }

    function test_aPauseForgetsNoFailure() external {
        publish(channel, releaseOf(1));
        Failure[4] memory all = boards();
        report(all[0]);
        vm.prank(channelGuardian);
        channel.pause();
        resume();
        check(channel.failures(1) == 1, "still counted");
        report(all[1]);
        check(channel.flags() == 2, "halted");
    }

    function test_aHaltIsAboutOneVersion() external {
        publish(channel, releaseOf(1));
        Failure[4] memory all = boards();
        report(all[0]);
        report(all[1]);
        publish(channel, releaseOf(2)); // the repair
        check(channel.flags() == 0 && channel.failures(2) == 0, "goes on");
        vm.expectRevert(IReleaseChannel.NotAFailure.selector);
        report(all[2]); // of version 1
        sign(all[0], failed(2));
        report(all[0]);
        check(channel.failures(2) == 1, "counted anew");
    }

    function test_aPauseSurvivesAHalt() external {
        publish(channel, releaseOf(1));
        Failure[4] memory all = boards();
        vm.prank(channelGuardian);
        channel.pause();
        report(all[0]);
        report(all[1]);
        check(channel.flags() == 3, "both");
    }

    function test_onlyFailuresOfThisVersionCount() external {
        publish(channel, releaseOf(1));
        Failure[4] memory all = boards();
        for (uint8 outcome; outcome < 8; ++outcome) {
            if (outcome == 2) continue;
            Receipt memory receipt = failed(1);
            receipt.outcome = outcome;
            sign(all[0], receipt);
            vm.expectRevert(IReleaseChannel.NotAFailure.selector);
            report(all[0]);
        }
        sign(all[0], failed(2));
        vm.expectRevert(IReleaseChannel.NotAFailure.selector);
        report(all[0]);
        sign(all[0], failed(1));
        refuse(abi.encodeWithSelector(IReleaseChannel.NotPublished.selector, 1));
        channel.reportFailure(address(device), all[0].receipt, all[0].signature, IMAGE, 999, MANIFEST, all[0].proof);
        report(all[0]);
    }

    function test_aWithdrawnVersionCountsNothing() external {
        publish(channel, releaseOf(1));
        Failure[4] memory all = boards();
        vm.prank(channelGuardian);
        channel.withdraw(1);
        refuse(abi.encodeWithSelector(IReleaseChannel.NotPublished.selector, 1));
        report(all[0]);
    }

    function test_onlyGenuineBoardsCount() external {
        publish(channel, releaseOf(1));
        Failure[4] memory all = boards();
        Failure memory foreign = all[1];
        foreign.board = registered(9);
        foreign.key = BOARD + 9;
        sign(foreign, failed(1));
        refuse(abi.encodeWithSelector(IReleaseChannel.NotManufactured.selector, address(foreign.board)));
        report(foreign);

        all[0].signature = signature(BOARD + 9, receiptDigest(address(device), all[0].receipt));
        refuse(abi.encodeWithSelector(IReleaseChannel.NotSignedByBoard.selector, vm.addr(BOARD + 9)));
        report(all[0]);

        sign(all[0], failed(1));
        Receipt memory altered = failed(1);
        altered.code = "other";
        address recovered = ECDSA.recover(receiptDigest(address(device), altered), all[0].signature);
        refuse(abi.encodeWithSelector(IReleaseChannel.NotSignedByBoard.selector, recovered));
        channel.reportFailure(address(device), altered, all[0].signature, IMAGE, 1000, MANIFEST, all[0].proof);

        setStatus(Status.Stolen);
        refuse(abi.encodeWithSelector(IReleaseChannel.NotManufactured.selector, address(device)));
        report(all[0]);
        setStatus(Status.Suspended);
        report(all[0]);
    }

    function testFuzz_publishingKeepsWhatLiesBehindInTheSlot(uint32 version, uint32 floor, uint16 rollout) external {
        vm.assume(version != 0);
        Release memory release = releaseOf(version);
        release.floor = uint32(uint256(floor) % (uint256(version) + 1));
        release.rollout = rollout % 1001;
        setManufacture("r"); // nonce 1
        publish(channel, release);
        check(channel.newest() == version && channel.floor() == release.floor, "version, floor");
        check(channel.rollout() == release.rollout && channel.flags() == 0, "rollout, flags");
        check(channel.threshold() == 2 && channel.haltThreshold() == 2 && channel.nonce() == 1, "behind");
    }
}
