// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import "./Base.sol";
import {Handler} from "./Handler.sol";

/// The properties that hold whatever anybody does in whatever order. Each of these fails under a mutant that bears its
/// name (see test/contracts/forge.test.ts).
contract InvariantsTest is Base {
    struct FuzzSelector {
        address addr;
        bytes4[] selectors;
    }

    Handler private handler;

    function setUp() public override {
        handler = new Handler();
        vm.warp(START);
    }

    function targetSelectors() external view returns (FuzzSelector[] memory targets) {
        bytes4[39] memory actions = [
            Handler.append.selector,
            Handler.append.selector, // twice: the main thing
            Handler.appendIrreversible.selector,
            Handler.batch.selector,
            Handler.anchorReceipts.selector,
            Handler.setStatus.selector,
            Handler.setStatus.selector, // twice: most actions need an active board
            Handler.suspend.selector,
            Handler.reportStolen.selector,
            Handler.activate.selector,
            Handler.register.selector,
            Handler.approve.selector,
            Handler.clearApproval.selector,
            Handler.transfer.selector,
            Handler.accept.selector,
            Handler.offerClaim.selector,
            Handler.acceptClaim.selector,
            Handler.setAppChannel.selector,
            Handler.approveApp.selector,
            Handler.clearAppApproval.selector,
            Handler.setFleet.selector,
            Handler.setChannel.selector,
            Handler.bumpEpoch.selector,
            Handler.rotateKey.selector,
            Handler.retire.selector,
            Handler.pause.selector,
            Handler.resume.selector,
            Handler.setRole.selector,
            Handler.setSigners.selector,
            Handler.bumpFleetEpoch.selector,
            Handler.replay.selector,
            Handler.publish.selector,
            Handler.widen.selector,
            Handler.narrow.selector,
            Handler.withdraw.selector,
            Handler.pauseChannel.selector,
            Handler.resumeChannel.selector,
            Handler.reportFailure.selector,
            Handler.intrude.selector
        ];
        targets = new FuzzSelector[](1);
        targets[0].addr = address(handler);
        targets[0].selectors = new bytes4[](actions.length + 2);
        for (uint256 i; i < actions.length; ++i) {
            targets[0].selectors[i] = actions[i];
        }
        targets[0].selectors[actions.length] = Handler.initialiseAgain.selector;
        targets[0].selectors[actions.length + 1] = Handler.passTime.selector;
    }

    function targetContracts() external view returns (address[] memory targets) {
        targets = new address[](1);
        targets[0] = address(handler);
    }

    function invariant_onlyWhoMayActs() external view {
        check(bytes(handler.intrusion()).length == 0, handler.intrusion());
    }

    function invariant_sequenceAndEpochNeverGoDown() external view {
        for (uint256 i; i < 3; ++i) {
            check(handler.devices(i).sequence() == handler.sequence(i), "sequence");
            check(handler.devices(i).epoch() == handler.epoch(i), "device's epoch");
        }
        for (uint256 i; i < 2; ++i) {
            check(handler.fleets(i).epoch() == handler.fleetEpoch(i), "fleet's epoch");
        }
    }

    function invariant_stolenAndRetiredAcceptNothing() external view {
        check(!handler.acceptedWhileStolenOrRetired(), "accepted");
        check(!handler.leftRetired(), "retired is final");
    }

    function invariant_rolloutNeverWidensWithoutReleaseKey() external view {
        check(!handler.widened(), "widened");
        check(!handler.startedAgain(), "widened while stopped");
        check(handler.channelRollout() == handler.rollout(), "unseen change");
    }

    function invariant_pauseAlwaysWorks() external {
        for (uint256 i; i < 2; ++i) {
            Fleet fleet_ = handler.fleets(i);
            if (fleet_.paused()) continue;
            vm.prank(handler.lastGuardian());
            fleet_.pause();
        }
    }

    function invariant_nothingIsInitialisedTwice() external view {
        check(!handler.initialisedAgain(), "initialised");
    }

    function invariant_approvalNeverOutlivesOwnerOrFleet() external view {
        for (uint256 i; i < 3; ++i) {
            Device device_ = handler.devices(i);
            if (device_.approval() != 0) {
                check(device_.owner() == handler.approvedUnder(i), "owner");
                check(device_.fleet() == handler.approvedFor(i), "fleet");
            }
            if (device_.appApproval() != 0) {
                check(device_.owner() == handler.appApprovedUnder(i), "owner, of the app");
                check(device_.fleet() == handler.appApprovedFor(i), "fleet, of the app");
            }
        }
    }

    function invariant_noOwnerInheritsAnAppLine() external view {
        for (uint256 i; i < 3; ++i) {
            Device device_ = handler.devices(i);
            if (device_.appChannel() == address(0)) check(device_.appApproval() == 0, "an app of no channel");
            else check(device_.owner() == handler.appChannelBy(i), "somebody else's choice");
        }
    }

    function invariant_keySetsFitBoards() external view {
        for (uint256 i; i < 2; ++i) {
            address[] memory signers = handler.fleets(i).signers();
            check(signers.length <= 16, "sixteen at most");
            for (uint256 k = 1; k < signers.length; ++k) {
                check(signers[k - 1] < signers[k], "ascending, none twice");
            }
        }
    }

    function invariant_headsAreTheChainsOfTheirLinks() external view {
        for (uint256 i; i < 3; ++i) {
            check(handler.devices(i).head() == handler.head(i), "head");
        }
        for (uint256 i; i < 2; ++i) {
            check(handler.fleets(i).batchHead() == handler.batchHead(i), "batch head");
            check(handler.fleets(i).batchNonce() == handler.batches(i), "batch nonce");
        }
    }

    function invariant_versionsAreNeverReusedNorFloorsLowered() external view {
        check(!handler.reusedVersion(), "reused");
        uint256 count = handler.versionCount();
        for (uint256 i = count > 5 ? count - 5 : 0; i < count; ++i) {
            uint32 version = handler.versionAt(i);
            check(handler.channelRecord(version) == handler.recordOf(version), "record");
        }
        check(handler.channelFloor() >= handler.floor(), "floor");
    }

    function invariant_aBoardCountsOncePerVersion() external view {
        check(!handler.countedTwice(), "twice");
        check(handler.channelFailures() == handler.counted(), "count");
    }

    function invariant_linksAreGenuine() external view {
        bytes32 fleetHash = address(handler.fleets(0)).codehash;
        bytes32 channelHash = address(handler.channels(0)).codehash;
        for (uint256 i; i < 3; ++i) {
            check(handler.devices(i).fleet().codehash == fleetHash, "fleet");
            check(handler.devices(i).channel().codehash == channelHash, "channel");
            address ofApps = handler.devices(i).appChannel();
            check(ofApps == address(0) || ofApps.codehash == channelHash, "the app line's channel");
        }
    }

    function invariant_decisionsCountOnce() external view {
        check(!handler.decidedTwice(), "replayed");
        for (uint256 i; i < 2; ++i) {
            check(handler.fleets(i).nonce() == handler.fleetNonce(i), "nonce");
        }
    }

    function invariant_noSingleKeyTakesAFleet() external view {
        for (uint256 i; i < 2; ++i) {
            Fleet fleet_ = handler.fleets(i);
            check(fleet_.threshold() >= 2 && fleet_.signers().length >= fleet_.threshold(), "threshold");
        }
    }
}
