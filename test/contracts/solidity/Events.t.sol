// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import "./Base.sol";
import {IERC173} from "holdfast/interfaces/IERC173.sol";

/// Everything that changes is told: who reads the events alone knows all that the contracts hold.
contract EventsTest is Base {
    uint256 private read;
    Vm.Log[] private logs;

    modifier recorded() {
        vm.recordLogs();
        _;
        check(read == logs.length && vm.getRecordedLogs().length == 0, "nothing else was told");
    }

    /// @dev The next event is this one. Indexed members come as topics.
    function told(address emitter, bytes32 signature, bytes32[] memory indexed_, bytes memory data) private {
        if (read == logs.length) {
            Vm.Log[] memory fresh = vm.getRecordedLogs();
            for (uint256 i; i < fresh.length; ++i) {
                logs.push(fresh[i]);
            }
        }
        check(read < logs.length, "told");
        Vm.Log memory log = logs[read++];
        check(log.emitter == emitter, "emitter");
        check(log.topics[0] == signature, "event");
        check(log.topics.length == indexed_.length + 1, "topics");
        for (uint256 i; i < indexed_.length; ++i) {
            check(log.topics[i + 1] == indexed_[i], "topic");
        }
        check(keccak256(log.data) == keccak256(data), "data");
    }

    function none() private pure returns (bytes32[] memory) {
        return new bytes32[](0);
    }

    function one(uint256 value) private pure returns (bytes32[] memory list) {
        list = new bytes32[](1);
        list[0] = bytes32(value);
    }

    function two(uint256 a, uint256 b) private pure returns (bytes32[] memory list) {
        list = new bytes32[](2);
        list[0] = bytes32(a);
        list[1] = bytes32(b);
    }

    function word(address account) private pure returns (uint256) {
        return uint160(account);
    }

    function test_statuses() external recorded {
        vm.prank(guardian);
        fleet.suspend(address(device));
        told(address(device), IDevice.StatusChanged.selector, none(), abi.encode(Status.Suspended));
        setStatus(Status.Provisioned);
        told(address(device), IDevice.StatusChanged.selector, none(), abi.encode(Status.Provisioned));
        vm.prank(provisioner);
        fleet.activate(address(device));
        told(address(device), IDevice.StatusChanged.selector, none(), abi.encode(Status.Active));
        bytes memory signatures = retireSignatures(soon());
        vm.prank(owner);
        device.retire(soon(), signatures);
        told(address(device), IDevice.StatusChanged.selector, none(), abi.encode(Status.Retired));
    }

    function test_links() external recorded {
        vm.prank(owner);
        device.setFleet(address(otherFleet));
        told(address(device), IDevice.FleetChanged.selector, one(word(address(otherFleet))), "");
        told(address(device), IDevice.EpochBumped.selector, none(), abi.encode(uint32(1), uint32(0), device.head()));
        vm.prank(owner);
        device.setChannel(address(otherChannel));
        told(address(device), IDevice.ChannelChanged.selector, one(word(address(otherChannel))), "");
        vm.prank(owner);
        device.bumpEpoch();
        told(address(device), IDevice.EpochBumped.selector, none(), abi.encode(uint32(2), uint32(0), device.head()));
    }

    function test_approvals() external recorded {
        vm.prank(owner);
        device.approve(address(channel), 7, IMAGE);
        bytes memory data = abi.encode(device.approval(), address(channel), uint32(7), IMAGE);
        told(address(device), IDevice.ApprovalChanged.selector, none(), data);
        vm.prank(owner);
        device.clearApproval();
        data = abi.encode(bytes32(0), address(0), uint32(0), bytes32(0));
        told(address(device), IDevice.ApprovalChanged.selector, none(), data);
    }

    function test_aHandOver() external recorded {
        vm.prank(owner);
        device.transferOwnership(successor);
        told(address(device), IDevice.OwnershipOffered.selector, one(word(successor)), abi.encode(false));
        vm.prank(successor);
        device.acceptOwnership(address(otherFleet), address(otherChannel));
        bytes32[] memory owners = two(word(owner), word(successor));
        told(address(device), IERC173.OwnershipTransferred.selector, owners, "");
        told(address(device), IDevice.FleetChanged.selector, one(word(address(otherFleet))), "");
        told(address(device), IDevice.ChannelChanged.selector, one(word(address(otherChannel))), "");
        told(address(device), IDevice.EpochBumped.selector, none(), abi.encode(uint32(1), uint32(0), device.head()));
    }

    function test_aClaimOfABoardWithAnAppLine() external recorded {
        vm.prank(owner);
        device.setAppChannel(address(otherChannel));
        told(address(device), IDevice.AppChannelChanged.selector, one(word(address(otherChannel))), "");
        vm.prank(owner);
        device.approveApp(address(otherChannel), 3, IMAGE);
        bytes memory approved = abi.encode(device.appApproval(), address(otherChannel), uint32(3), IMAGE);
        told(address(device), IDevice.AppApprovalChanged.selector, none(), approved);
        address claimKey = vm.addr(CLAIM_KEY);
        vm.prank(owner);
        device.offerClaim(claimKey);
        told(address(device), IDevice.OwnershipOffered.selector, one(word(claimKey)), abi.encode(true));
        bytes32 digest = claimDigest(device, successor, address(otherFleet), address(otherChannel), soon());
        device.acceptClaim(
            successor,
            address(otherFleet),
            address(otherChannel),
            soon(),
            signature(CLAIM_KEY, digest),
            signature(BOARD, digest)
        );
        bytes32[] memory owners = two(word(owner), word(successor));
        told(address(device), IERC173.OwnershipTransferred.selector, owners, "");
        told(address(device), IDevice.FleetChanged.selector, one(word(address(otherFleet))), "");
        told(address(device), IDevice.ChannelChanged.selector, one(word(address(otherChannel))), "");
        told(address(device), IDevice.AppChannelChanged.selector, one(0), "");
        bytes memory cleared = abi.encode(bytes32(0), address(0), uint32(0), bytes32(0));
        told(address(device), IDevice.AppApprovalChanged.selector, none(), cleared);
        told(address(device), IDevice.EpochBumped.selector, none(), abi.encode(uint32(1), uint32(0), device.head()));
    }

    function test_aRotation() external recorded {
        uint64 deadline = soon();
        address next = vm.addr(BOARD + 50);
        bytes32 typeHash = keccak256("RotateKey(address oldKey,address newKey,uint32 epoch,uint64 deadline)");
        bytes32 digest =
            typed(address(device), keccak256(abi.encode(typeHash, vm.addr(BOARD), next, uint32(0), deadline)));
        vm.prank(address(fleet));
        device.rotateKey(next, deadline, signature(BOARD, digest), signature(BOARD + 50, digest));
        told(address(device), IDevice.KeyRotated.selector, two(word(vm.addr(BOARD)), word(next)), "");
        told(address(device), IDevice.EpochBumped.selector, none(), abi.encode(uint32(1), uint32(0), device.head()));
    }

    function test_aFleet() external recorded {
        vm.prank(guardian);
        fleet.pause();
        told(address(fleet), IFleet.Paused.selector, one(word(guardian)), "");
        fleet.resume(soon(), resumeSignatures(soon()));
        told(address(fleet), IFleet.Resumed.selector, none(), "");
        setRole(Role.Releaser, stranger, START + 5, true);
        bytes32[] memory topics = two(uint256(Role.Releaser), word(stranger));
        told(address(fleet), IFleet.RoleSet.selector, topics, abi.encode(START + 5));
        told(address(fleet), IFleet.FleetEpochBumped.selector, none(), abi.encode(uint32(1)));
        vm.prank(commander);
        fleet.anchorReceipts("root");
        told(address(fleet), IFleet.ReceiptsAnchored.selector, two(uint256(bytes32("root")), word(commander)), "");
    }

    function test_aFleetsDecisions() external recorded {
        uint64 d = soon();
        bytes32 hash = keccak256(
            abi.encode(
                keccak256("SetDelegate(address delegate,string action,uint64 expiry,uint64 nonce,uint64 deadline)"),
                stranger,
                keccak256("relay.set"),
                d,
                fleet.nonce(),
                d
            )
        );
        fleet.setDelegate(stranger, "relay.set", d, d, decided(fleet, hash));
        bytes memory data = abi.encode("relay.set", keccak256("relay.set"), d);
        told(address(fleet), IFleet.DelegateSet.selector, one(word(stranger)), data);

        hash = keccak256(
            abi.encode(
                keccak256("SetForkSchedule(bytes data,uint64 nonce,uint64 deadline)"),
                keccak256("forks"),
                fleet.nonce(),
                d
            )
        );
        fleet.setForkSchedule("forks", d, decided(fleet, hash));
        data = abi.encode(keccak256("forks"), bytes("forks"));
        told(address(fleet), IFleet.ForkScheduleSet.selector, none(), data);

        address[] memory next = keys(SIGNER + 10, 3);
        hash = keccak256(
            abi.encode(
                keccak256("SetSigners(uint16 threshold,address[] signers,uint64 nonce,uint64 deadline)"),
                uint16(3),
                keccak256(abi.encodePacked(next)),
                fleet.nonce(),
                d
            )
        );
        fleet.setSigners(3, next, d, decided(fleet, hash));
        told(address(fleet), IFleet.SignersSet.selector, none(), abi.encode(uint16(3), next));
    }

    function test_aFleetsBeginning() external recorded {
        FleetSetup memory setup = fleetSetup();
        address made = factory.createFleet(setup, "salt");
        told(made, IFleet.SignersSet.selector, none(), abi.encode(uint16(2), setup.signers));
        bytes memory data = abi.encode(uint16(1), setup.checkpointKeys, bytes(""));
        told(made, IFleet.CheckpointKeysSet.selector, none(), data);
        for (uint256 i; i < 4; ++i) {
            Grant memory grant = setup.grants[i];
            bytes32[] memory topics = two(uint256(grant.role), word(grant.account));
            told(made, IFleet.RoleSet.selector, topics, abi.encode(grant.expiry));
        }
        told(address(factory), IFactory.FleetCreated.selector, one(word(made)), abi.encode(bytes32("salt")));
    }

    function test_aChannelsBeginning() external recorded {
        ChannelSetup memory setup = channelSetup();
        setup.manufactureRoot = "boards";
        address made = factory.createChannel(setup, "salt");
        check(ReleaseChannel(made).manufactureRoot() == "boards", "boards");
        told(made, IReleaseChannel.ManufactureSet.selector, none(), abi.encode(bytes32("boards")));
        told(made, IReleaseChannel.ReleaseKeysSet.selector, none(), abi.encode(uint16(2), setup.releaseKeys));
        told(made, IReleaseChannel.GuardianSet.selector, one(word(channelGuardian)), abi.encode(true));
        told(address(factory), IFactory.ChannelCreated.selector, one(word(made)), abi.encode(bytes32("salt")));
    }

    function test_aChannel() external recorded {
        Release memory release = releaseOf(7);
        publish(channel, release);
        bytes memory data = abi.encode(IMAGE, uint32(1000), MANIFEST, uint32(0), uint16(100));
        told(address(channel), IReleaseChannel.Published.selector, one(7), data);
        address releaseKey = vm.addr(RELEASE_KEY);
        vm.prank(releaseKey);
        channel.widen(7, 200);
        bytes32[] memory topics = two(7, word(releaseKey));
        told(address(channel), IReleaseChannel.RolloutChanged.selector, topics, abi.encode(uint16(200)));
        vm.prank(channelGuardian);
        channel.narrow(7, 150);
        topics = two(7, word(channelGuardian));
        told(address(channel), IReleaseChannel.RolloutChanged.selector, topics, abi.encode(uint16(150)));
        vm.prank(channelGuardian);
        channel.pause();
        told(address(channel), IReleaseChannel.ChannelPaused.selector, one(word(channelGuardian)), "");
        bytes32 hash = keccak256(
            abi.encode(
                keccak256("ResumeChannel(uint32 version,uint64 nonce,uint64 deadline)"),
                uint32(7),
                channel.nonce(),
                soon()
            )
        );
        channel.resume(soon(), released(channel, hash));
        told(address(channel), IReleaseChannel.ChannelResumed.selector, one(7), "");
        vm.prank(channelGuardian);
        channel.withdraw(7);
        told(address(channel), IReleaseChannel.Withdrawn.selector, two(7, word(channelGuardian)), "");
    }

    function test_failures() external {
        publish(channel, releaseOf(1));
        Device second = registered(1);
        bytes32[2] memory leaves = [leaf(device), leaf(second)];
        bytes32 root = leaves[0] < leaves[1]
            ? keccak256(abi.encode(leaves[0], leaves[1]))
            : keccak256(abi.encode(leaves[1], leaves[0]));
        bytes32 hash = keccak256(
            abi.encode(
                keccak256("SetManufacture(bytes32 root,uint64 nonce,uint64 deadline)"), root, channel.nonce(), soon()
            )
        );
        channel.setManufacture(root, soon(), released(channel, hash));
        vm.recordLogs();
        fails(device, BOARD, leaves[1]);
        bytes32[] memory topics = two(1, word(address(device)));
        told(address(channel), IReleaseChannel.FailureCounted.selector, topics, abi.encode(uint32(1)));
        fails(second, BOARD + 1, leaves[0]);
        topics = two(1, word(address(second)));
        told(address(channel), IReleaseChannel.FailureCounted.selector, topics, abi.encode(uint32(2)));
        told(address(channel), IReleaseChannel.Halted.selector, one(1), abi.encode(uint32(2)));
    }

    function leaf(Device device_) private pure returns (bytes32) {
        return keccak256(bytes.concat(keccak256(abi.encode(address(device_)))));
    }

    function fails(Device device_, uint256 key, bytes32 sibling) private {
        Receipt memory receipt;
        receipt.outcome = 2;
        receipt.envelopeHash = keccak256(abi.encode(address(channel), uint32(1), IMAGE));
        bytes32[] memory proof = new bytes32[](1);
        proof[0] = sibling;
        bytes memory signed = signature(key, receiptDigest(address(device_), receipt));
        channel.reportFailure(address(device_), receipt, signed, IMAGE, 1000, MANIFEST, proof);
    }
}
