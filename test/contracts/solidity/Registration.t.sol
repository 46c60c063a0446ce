// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import "./Base.sol";
import {IERC165} from "@openzeppelin/contracts/utils/introspection/IERC165.sol";
import {IERC173} from "holdfast/interfaces/IERC173.sol";
import {ECDSA} from "@openzeppelin/contracts/utils/cryptography/ECDSA.sol";
import {Errors} from "@openzeppelin/contracts/utils/Errors.sol";

/// Registration and creation: nothing is squatted, nothing begins otherwise than was signed.
contract RegistrationTest is Base {
    function test_aRegisteredDeviceHoldsWhatItsBoardSigned() external view {
        check(device.key() == vm.addr(BOARD), "key");
        check(device.owner() == owner, "owner");
        check(device.fleet() == address(fleet), "fleet");
        check(device.channel() == address(channel), "channel");
        check(device.head() == 0 && device.approval() == 0, "head and approval begin empty");
        check(device.sequence() == 0 && device.epoch() == 0, "counters begin at zero");
        check(factory.deviceOf(vm.addr(BOARD)) == address(device), "address comes from the key");
    }

    function test_aBoardBeginsProvisioned() external {
        check(registered(1).status() == Status.Provisioned, "status");
    }

    function test_registrationTellsEverything() external {
        Possession memory possession = possessionOf(1);
        vm.recordLogs();
        address created = factory.register(possession, possessionSignature(possession, BOARD + 1));
        Vm.Log[] memory logs = vm.getRecordedLogs();
        check(logs.length == 1 && logs[0].emitter == address(factory), "one event, by the factory");
        check(logs[0].topics[1] == bytes32(uint256(uint160(created))), "device");
        check(
            keccak256(logs[0].data) == keccak256(abi.encode(possession.board, address(channel), TRUST)), "data"
        );
    }

    function test_noFieldCanBeChangedAfterTheBoardSigned() external {
        Possession memory possession = possessionOf(1);
        bytes memory signed = possessionSignature(possession, BOARD + 1);
        for (uint256 field; field < 5; ++field) {
            Possession memory changed = possessionOf(1);
            if (field == 0) changed.owner = stranger;
            if (field == 1) changed.fleet = address(otherFleet);
            if (field == 2) changed.channel = address(otherChannel);
            if (field == 3) changed.trustConfiguration = 0;
            if (field == 4) changed.deadline -= 1;
            bytes32 digest = possessionDigest(changed);
            address signer = ECDSA.recover(digest, signed);
            refuse(abi.encodeWithSelector(IFactory.NotSignedByBoard.selector, signer));
            factory.register(changed, signed);
        }
        factory.register(possession, signed);
    }

    function test_anotherKeyCannotRegisterABoard() external {
        Possession memory possession = possessionOf(1);
        bytes memory forged = possessionSignature(possession, BOARD + 2);
        refuse(abi.encodeWithSelector(IFactory.NotSignedByBoard.selector, vm.addr(BOARD + 2)));
        factory.register(possession, forged);
    }

    function test_aProofLastsAtMostAnHour() external {
        Possession memory possession = possessionOf(1);
        possession.deadline = START + 1 hours + 1;
        bytes memory signed = possessionSignature(possession, BOARD + 1);
        refuse(abi.encodeWithSelector(ConsoleProofs.WrongDeadline.selector, possession.deadline));
        factory.register(possession, signed);

        vm.warp(START + 1);
        factory.register(possession, signed); // an hour ahead: just allowed
    }

    function test_aProofIsGoodUntilItsDeadline() external {
        Possession memory possession = possessionOf(1);
        bytes memory signed = possessionSignature(possession, BOARD + 1);
        vm.warp(possession.deadline + 1);
        refuse(abi.encodeWithSelector(ConsoleProofs.WrongDeadline.selector, possession.deadline));
        factory.register(possession, signed);

        vm.warp(possession.deadline);
        factory.register(possession, signed);
    }

    function test_aProofOfAnotherChainOrFactoryIsRefused() external {
        Possession memory possession = possessionOf(1);
        bytes memory signed = possessionSignature(possession, BOARD + 1);
        Factory other = newFactory();
        vm.expectRevert();
        other.register(possession, signed);
        vm.chainId(5);
        vm.expectRevert();
        factory.register(possession, signed);
        vm.chainId(31337);
        factory.register(possession, signed);
    }

    function test_aBoardIsRegisteredOnce() external {
        Possession memory possession = possessionOf(0);
        bytes memory signed = possessionSignature(possession, BOARD);
        bytes32 before = slots(address(device));
        vm.expectRevert(Errors.FailedDeployment.selector);
        factory.register(possession, signed);
        check(slots(address(device)) == before, "unchanged");
    }

    function test_frontRunningARegistrationOnlyHelps() external {
        Possession memory possession = possessionOf(1);
        bytes memory signed = possessionSignature(possession, BOARD + 1);
        vm.prank(stranger);
        Device created = Device(factory.register(possession, signed));
        check(created.owner() == owner && created.fleet() == address(fleet), "as the board signed");
    }

    function test_aTrayRegistersAllAndPassesOverTheRegistered() external {
        Possession[] memory possessions = new Possession[](3);
        bytes[] memory signatures = new bytes[](3);
        for (uint256 i; i < 3; ++i) {
            possessions[i] = possessionOf(i + 1);
            signatures[i] = possessionSignature(possessions[i], BOARD + i + 1);
        }
        vm.prank(stranger);
        factory.register(possessions[1], signatures[1]); // somebody spoils the tray
        factory.registerTray(possessions, signatures);
        for (uint256 i; i < 3; ++i) {
            check(Device(factory.deviceOf(possessions[i].board)).owner() == owner, "registered");
        }
        vm.expectRevert(IFactory.WrongCount.selector);
        factory.registerTray(possessions, new bytes[](2));
    }

    function test_onlyGenuineFleetsAndChannels() external {
        Possession memory possession = possessionOf(1);
        possession.fleet = address(channel);
        bytes memory signed = possessionSignature(possession, BOARD + 1);
        refuse(abi.encodeWithSelector(IDevice.NotGenuine.selector, address(channel)));
        factory.register(possession, signed);

        possession = possessionOf(1);
        possession.channel = stranger;
        signed = possessionSignature(possession, BOARD + 1);
        refuse(abi.encodeWithSelector(IDevice.NotGenuine.selector, stranger));
        factory.register(possession, signed);
    }

    function test_aDeviceNeedsAnOwner() external {
        Possession memory possession = possessionOf(1);
        possession.owner = address(0);
        bytes memory signed = possessionSignature(possession, BOARD + 1);
        refuse(abi.encodeWithSelector(IDevice.WrongAddress.selector, address(0)));
        factory.register(possession, signed);
    }

    function test_nothingIsInitialisedTwiceOrByAStranger() external {
        IDevice[2] memory devices = [IDevice(address(device)), IDevice(address(deviceCode))];
        IFleet[2] memory fleets = [IFleet(address(fleet)), IFleet(address(fleetCode))];
        IReleaseChannel[2] memory channels =
            [IReleaseChannel(address(channel)), IReleaseChannel(address(channelCode))];
        FleetSetup memory ofFleet = fleetSetup();
        ChannelSetup memory ofChannel = channelSetup();
        for (uint256 i; i < 2; ++i) {
            vm.expectRevert(IDevice.AlreadyInitialised.selector);
            devices[i].initialize(stranger, stranger, address(fleet), address(channel));
            vm.expectRevert(IFleet.AlreadyInitialised.selector);
            fleets[i].initialize(ofFleet);
            vm.expectRevert(IReleaseChannel.AlreadyInitialised.selector);
            channels[i].initialize(ofChannel);
        }
    }

    function test_aStrangersCloneWithoutAKeyStaysEmpty() external {
        // An own clone, made past the factory, is nobody's board: it lies at no address that a board computes.
        bytes memory code = address(device).code;
        address clone = address(0xC10E);
        vm.etch(clone, code);
        refuse(abi.encodeWithSelector(IDevice.WrongAddress.selector, address(0)));
        IDevice(clone).initialize(address(0), stranger, address(fleet), address(channel));
    }

    function test_frontRunningTheCreationOfAFleetOnlyHelps() external {
        FleetSetup memory setup = fleetSetup();
        bytes32 salt = keccak256("mine");
        address expected = factory.fleetAddress(setup, salt);
        vm.prank(stranger);
        check(factory.createFleet(setup, salt) == expected, "the stranger's transaction makes my fleet");
        vm.recordLogs();
        check(factory.createFleet(setup, salt) == expected, "mine finds it");
        check(vm.getRecordedLogs().length == 0, "and changes nothing");
        setup.grants[0].account = stranger;
        check(factory.createFleet(setup, salt) != expected, "other values lie elsewhere");
    }

    function test_frontRunningTheCreationOfAChannelOnlyHelps() external {
        ChannelSetup memory setup = channelSetup();
        bytes32 salt = keccak256("mine");
        address expected = factory.channelAddress(setup, salt);
        vm.prank(stranger);
        check(factory.createChannel(setup, salt) == expected, "the stranger's transaction makes my channel");
        vm.recordLogs();
        check(factory.createChannel(setup, salt) == expected, "mine finds it");
        check(vm.getRecordedLogs().length == 0, "and changes nothing");
        setup.releaseKeys[0] = stranger;
        check(factory.createChannel(setup, salt) != expected, "other values lie elsewhere");
    }

    function test_aFleetBeginsAsItWasSetUp() external view {
        check(fleet.threshold() == 2 && fleet.signers().length == 3, "threshold");
        check(keccak256(abi.encode(fleet.signers())) == keccak256(abi.encode(keys(SIGNER, 3))), "signers");
        check(fleet.roleExpiry(Role.Commander, commander) == START + YEAR, "role");
        check(fleet.roleExpiry(Role.Releaser, commander) == 0, "no other role");
        check(
            fleet.checkpointKeys() == keccak256(abi.encode(uint16(1), keys(SIGNER + 100, 2))), "checkpoint keys"
        );
        check(!fleet.paused() && fleet.epoch() == 0 && fleet.batchHead() == 0, "running, from zero");
    }

    function test_aFleetMayBeginWithoutCheckpointKeys() external {
        FleetSetup memory setup = fleetSetup();
        setup.checkpointKeys = new address[](0);
        check(Fleet(factory.createFleet(setup, 0)).checkpointKeys() == 0, "none");
    }

    function test_noFleetBeginsWithKeysThatDoNotWork() external {
        for (uint256 i; i < 10; ++i) {
            FleetSetup memory setup = fleetSetup();
            address[] memory signers = setup.signers;
            bytes memory reason;
            if (i == 0) (setup.threshold, reason) = (4, outOfReach(4, 3));
            if (i == 1) (signers[1], reason) = (signers[0], notAscending(signers[0])); // one twice
            if (i == 2) (signers[0], reason) = (address(0), notAscending(address(0)));
            if (i == 3) (signers[0], signers[1], reason) = (signers[1], signers[0], notAscending(signers[0]));
            if (i == 4) (setup.signers, reason) = (keys(SIGNER, 17), tooMany(17));
            if (i == 5) (setup.checkpointThreshold, reason) = (3, outOfReach(3, 2));
            if (i == 6) (setup.checkpointThreshold, reason) = (0, outOfReach(0, 2));
            if (i == 7) (setup.checkpointKeys, reason) = (keys(SIGNER, 17), tooMany(17));
            if (i == 8) (setup.checkpointKeys[1], reason) = (setup.checkpointKeys[0], notAscending(setup.checkpointKeys[0]));
            if (i == 9) (setup.signers, reason) = (new address[](0), outOfReach(2, 0));
            refuse(reason);
            factory.createFleet(setup, 0);
        }
        FleetSetup memory most = fleetSetup();
        (most.signers, most.checkpointKeys) = (keys(SIGNER, 16), keys(SIGNER + 20, 16));
        (most.threshold, most.checkpointThreshold) = (16, 16);
        check(Fleet(factory.createFleet(most, 0)).threshold() == 16, "16 of 16 keys is the most");
    }

    function test_noSingleKeyCanTakeAFleet() external {
        FleetSetup memory setup = fleetSetup();
        setup.threshold = 1;
        refuse(abi.encodeWithSelector(IFleet.ThresholdTooLow.selector, 1));
        factory.createFleet(setup, 0);
    }

    function test_aChannelBeginsAsItWasSetUp() external view {
        check(channel.hardware() == HARDWARE && channel.threshold() == 2, "hardware, threshold");
        check(keccak256(abi.encode(channel.releaseKeys())) == keccak256(abi.encode(keys(RELEASE_KEY, 3))), "keys");
        check(channel.guardians(channelGuardian) && !channel.guardians(guardian), "guardians");
        check(channel.haltThreshold() == 2 && channel.newest() == 0 && channel.flags() == 0, "counters");
    }

    function test_noChannelBeginsWithoutKeysOrHaltThreshold() external {
        ChannelSetup memory setup = channelSetup();
        setup.haltThreshold = 0;
        vm.expectRevert(IReleaseChannel.Empty.selector);
        factory.createChannel(setup, 0);
        for (uint256 i; i < 6; ++i) {
            setup = channelSetup();
            address[] memory list = setup.releaseKeys;
            bytes memory reason;
            if (i == 0) (setup.threshold, reason) = (0, outOfReach(0, 3));
            if (i == 1) (setup.releaseKeys, reason) = (keys(RELEASE_KEY, 17), tooMany(17));
            if (i == 2) (list[2], reason) = (list[1], notAscending(list[1]));
            if (i == 3) (setup.guardians, reason) = (keys(RELEASE_KEY, 17), tooMany(17));
            if (i == 4) (setup.guardians[0], reason) = (address(0), notAscending(address(0)));
            if (i == 5) (setup.guardians, reason) = (twice(stranger), notAscending(stranger));
            refuse(reason);
            factory.createChannel(setup, 0);
        }
        setup = channelSetup();
        (setup.releaseKeys, setup.guardians) = (keys(RELEASE_KEY, 16), keys(SIGNER, 16));
        check(ReleaseChannel(factory.createChannel(setup, 0)).releaseKeys().length == 16, "16 is the most");
        setup.guardians = new address[](0);
        factory.createChannel(setup, 0); // nobody needs to guard a channel
    }

    function twice(address account) private pure returns (address[] memory list) {
        list = new address[](2);
        (list[0], list[1]) = (account, account);
    }

    function test_everyContractTellsItsInterfaces() external view {
        IERC165[4] memory all = [IERC165(address(device)), IERC165(address(fleet)), IERC165(address(channel)), IERC165(address(factory))];
        bytes4[4] memory own = [
            type(IDevice).interfaceId,
            type(IFleet).interfaceId,
            type(IReleaseChannel).interfaceId,
            type(IFactory).interfaceId
        ];
        for (uint256 i; i < 4; ++i) {
            check(all[i].supportsInterface(own[i]), "own");
            check(all[i].supportsInterface(0x01ffc9a7), "ERC-165");
            check(!all[i].supportsInterface(0xffffffff), "not all");
        }
        check(type(IERC173).interfaceId == 0x7f5828d0 && device.supportsInterface(0x7f5828d0), "ERC-173");
        check(factory.deviceImplementation() == address(deviceCode), "device implementation");
        check(factory.fleetImplementation() == address(fleetCode), "fleet implementation");
        check(factory.channelImplementation() == address(channelCode), "channel implementation");
    }
}
