// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Device} from "holdfast/Device.sol";
import {Factory} from "holdfast/Factory.sol";
import {Fleet} from "holdfast/Fleet.sol";
import {Quorum} from "holdfast/Quorum.sol";
import {ReleaseChannel} from "holdfast/ReleaseChannel.sol";
import {IDevice, Status} from "holdfast/interfaces/IDevice.sol";
import {IFactory, Possession} from "holdfast/interfaces/IFactory.sol";
import {FleetSetup, Grant, IFleet, Role} from "holdfast/interfaces/IFleet.sol";
import {ChannelSetup, IReleaseChannel, Release} from "holdfast/interfaces/IReleaseChannel.sol";
import {ConsoleProofs} from "holdfast/libraries/ConsoleProofs.sol";
import {Links} from "holdfast/libraries/Links.sol";
import {Receipt} from "holdfast/libraries/Receipts.sol";
import {Vm} from "./Vm.sol";

/// @dev An organisation with every role, a vendor, and as many boards as a test wants. Typed data is hashed here a second
/// time, from the written types, so that a wrong type hash in a contract shows.
abstract contract Base {
    Vm internal constant vm = Vm(address(uint160(uint256(keccak256("hevm cheat code")))));

    bytes32 internal constant TRUST = keccak256("trust configuration");
    bytes32 internal constant HARDWARE = keccak256("hardware");
    bytes32 internal constant IMAGE = keccak256("image");
    bytes32 internal constant MANIFEST = keccak256("manifest");
    uint64 internal constant START = 1_800_000_000;
    uint64 internal constant YEAR = 365 days;

    // plain keys: k of n of fleet and channel, and boards
    uint256 internal constant SIGNER = 0xA11CE00;
    uint256 internal constant RELEASE_KEY = 0xB0B0000;
    uint256 internal constant BOARD = 0xC0FFEE00;
    uint256 internal constant CLAIM_KEY = 0xC1A1300;

    address internal owner = address(0x0B1);
    address internal commander = address(0xC0);
    address internal releaser = address(0xE1);
    address internal guardian = address(0x6A);
    address internal provisioner = address(0x90);
    address internal stranger = address(0x57);
    address internal successor = address(0x5C);
    address internal channelGuardian = address(0x6C);

    Fleet internal fleetCode;
    ReleaseChannel internal channelCode;
    Device internal deviceCode;
    Factory internal factory;
    Fleet internal fleet;
    Fleet internal otherFleet;
    ReleaseChannel internal channel;
    ReleaseChannel internal otherChannel;
    Device internal device;

    function setUp() public virtual {
        vm.warp(START);
        fleetCode = Fleet(deployed(creationCode("FLEET", type(Fleet).creationCode)));
        channelCode = ReleaseChannel(deployed(creationCode("RELEASE_CHANNEL", type(ReleaseChannel).creationCode)));
        bytes memory codes = abi.encode(fleetCode, channelCode);
        deviceCode = Device(deployed(bytes.concat(creationCode("DEVICE", type(Device).creationCode), codes)));
        factory = newFactory();
        fleet = Fleet(factory.createFleet(fleetSetup(), 0));
        otherFleet = Fleet(factory.createFleet(fleetSetup(), bytes32(uint256(1))));
        channel = ReleaseChannel(factory.createChannel(channelSetup(), 0));
        otherChannel = ReleaseChannel(factory.createChannel(channelSetup(), bytes32(uint256(1))));
        device = registered(0);
        vm.prank(provisioner);
        fleet.activate(address(device));
    }

    // --- set-ups ---

    /// @dev The tested code can be given from outside: the very code that is deployed, or a mutant of it.
    function creationCode(string memory name, bytes memory compiledHere) internal view returns (bytes memory) {
        return vm.envOr(string.concat("HOLDFAST_CODE_", name), compiledHere);
    }

    function deployed(bytes memory code) private returns (address at) {
        assembly ("memory-safe") {
            at := create(0, add(code, 32), mload(code))
        }
        check(at != address(0), "deployed");
    }

    function newFactory() internal returns (Factory) {
        bytes memory codes = abi.encode(deviceCode, fleetCode, channelCode);
        return Factory(deployed(bytes.concat(creationCode("FACTORY", type(Factory).creationCode), codes)));
    }

    /// @dev Addresses of `count` keys, ascending, as the contracts want them.
    function keys(uint256 first, uint256 count) internal pure returns (address[] memory list) {
        list = new address[](count);
        for (uint256 i; i < count; ++i) {
            list[i] = vm.addr(first + i);
        }
        sort(list);
    }

    function sort(address[] memory list) internal pure {
        for (uint256 i; i < list.length; ++i) {
            address account = list[i];
            uint256 place = i;
            for (; place > 0 && list[place - 1] > account; --place) {
                list[place] = list[place - 1];
            }
            list[place] = account;
        }
    }

    function fleetSetup() internal view returns (FleetSetup memory setup) {
        setup.signers = keys(SIGNER, 3);
        setup.threshold = 2;
        setup.checkpointKeys = keys(SIGNER + 100, 2);
        setup.checkpointThreshold = 1;
        setup.grants = new Grant[](4);
        setup.grants[0] = Grant(Role.Commander, commander, START + YEAR);
        setup.grants[1] = Grant(Role.Releaser, releaser, START + YEAR);
        setup.grants[2] = Grant(Role.Guardian, guardian, START + YEAR);
        setup.grants[3] = Grant(Role.Provisioner, provisioner, START + YEAR);
    }

    function channelSetup() internal view returns (ChannelSetup memory setup) {
        setup.hardware = HARDWARE;
        setup.releaseKeys = keys(RELEASE_KEY, 3);
        setup.threshold = 2;
        setup.guardians = new address[](1);
        setup.guardians[0] = channelGuardian;
        setup.haltThreshold = 2;
    }

    function possessionOf(uint256 number) internal view returns (Possession memory) {
        return Possession({
            board: vm.addr(BOARD + number),
            owner: owner,
            fleet: address(fleet),
            channel: address(channel),
            trustConfiguration: TRUST,
            deadline: uint64(block.timestamp) + 1 hours
        });
    }

    function registered(uint256 number) internal returns (Device) {
        Possession memory possession = possessionOf(number);
        return Device(factory.register(possession, possessionSignature(possession, BOARD + number)));
    }

    // --- typed data, written out ---

    function domain(address verifyingContract) internal view returns (bytes32) {
        return domainOf(block.chainid, verifyingContract);
    }

    function domainOf(uint256 chain, address verifyingContract) internal pure returns (bytes32) {
        return keccak256(
            abi.encode(
                keccak256("EIP712Domain(string name,string version,uint256 chainId,address verifyingContract)"),
                keccak256("Holdfast"),
                keccak256("1"),
                chain,
                verifyingContract
            )
        );
    }

    function typed(address verifyingContract, bytes32 structHash) internal view returns (bytes32) {
        return keccak256(abi.encodePacked(hex"1901", domain(verifyingContract), structHash));
    }

    function possessionDigest(Possession memory possession) internal view returns (bytes32) {
        return typed(
            address(factory),
            keccak256(
                abi.encode(
                    keccak256(
                        "Possession(address board,address owner,address fleet,address channel,bytes32 trustConfiguration,uint64 deadline)"
                    ),
                    possession
                )
            )
        );
    }

    function receiptDigest(address device_, Receipt memory receipt) internal view returns (bytes32) {
        return typed(
            device_,
            keccak256(
                abi.encode(
                    keccak256(
                        "Receipt(uint64 storeBirth,uint64 counter,bytes32 previous,bytes32 envelopeHash,uint8 outcome,string code,bytes32 resultHash,bytes32 imageHash,uint64 blockNumber,bytes32 blockHash)"
                    ),
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
            )
        );
    }

    function publishHash(Release memory release, uint64 deadline) internal pure returns (bytes32) {
        return keccak256(
            abi.encode(
                keccak256(
                    "Publish(uint32 version,bytes32 imageSha256,uint32 size,bytes32 manifestHash,uint32 floor,uint16 rollout,uint64 deadline)"
                ),
                release,
                deadline
            )
        );
    }

    // --- signatures ---

    function signature(uint256 key, bytes32 digest) internal pure returns (bytes memory) {
        (uint8 v, bytes32 r, bytes32 s) = vm.sign(key, digest);
        return abi.encodePacked(r, s, v);
    }

    function possessionSignature(Possession memory possession, uint256 key) internal view returns (bytes memory) {
        return signature(key, possessionDigest(possession));
    }

    /// @dev `count` of the keys that begin at `first`, ascending by address.
    function together(uint256 first, uint256 count, bytes32 digest) internal pure returns (bytes memory joined) {
        uint256[] memory sorted = new uint256[](count);
        for (uint256 i; i < count; ++i) {
            uint256 place = i;
            for (; place > 0 && vm.addr(sorted[place - 1]) > vm.addr(first + i); --place) {
                sorted[place] = sorted[place - 1];
            }
            sorted[place] = first + i;
        }
        for (uint256 i; i < count; ++i) {
            joined = bytes.concat(joined, signature(sorted[i], digest));
        }
    }

    /// @dev The fleet's threshold over one of its own decisions.
    function decided(Fleet fleet_, bytes32 structHash) internal view returns (bytes memory) {
        return together(SIGNER, 2, typed(address(fleet_), structHash));
    }

    /// @dev The channel's release keys.
    function released(ReleaseChannel channel_, bytes32 structHash) internal view returns (bytes memory) {
        return together(RELEASE_KEY, 2, typed(address(channel_), structHash));
    }

    /// @dev A claim's digest, as claim key and board sign it.
    function claimDigest(Device device_, address newOwner, address fleet_, address channel_, uint64 deadline)
        internal
        view
        returns (bytes32)
    {
        bytes32 typeHash =
            keccak256("Claim(uint32 epoch,address newOwner,address fleet,address channel,uint64 deadline)");
        return typed(
            address(device_),
            keccak256(abi.encode(typeHash, device_.epoch(), newOwner, fleet_, channel_, deadline))
        );
    }

    function soon() internal view returns (uint64) {
        return uint64(block.timestamp) + 1 hours;
    }

    // --- shorthand for what many tests do ---

    function releaseOf(uint32 version) internal pure returns (Release memory) {
        return Release({
            version: version, imageSha256: IMAGE, size: 1000, manifestHash: MANIFEST, floor: 0, rollout: 100
        });
    }

    function publish(ReleaseChannel channel_, Release memory release) internal {
        uint64 deadline = soon();
        channel_.publish(release, deadline, released(channel_, publishHash(release, deadline)));
    }

    function append(uint32 sequence, bytes32 commandHash) internal {
        vm.prank(commander);
        fleet.append(address(device), sequence, commandHash, soon());
    }

    function setStatus(Status to) internal {
        Status present = device.status();
        vm.prank(owner);
        device.setStatus(present, to);
    }

    function setRole(Role role, address account, uint64 expiry, bool bump) internal {
        uint64 deadline = soon();
        bytes memory signatures = decided(
            fleet,
            keccak256(
                abi.encode(
                    keccak256(
                        "SetRole(uint8 role,address account,uint64 expiry,bool bumpEpoch,uint64 nonce,uint64 deadline)"
                    ),
                    role,
                    account,
                    expiry,
                    bump,
                    fleet.nonce(),
                    deadline
                )
            )
        );
        fleet.setRole(role, account, expiry, bump, deadline, signatures);
    }

    function resumeSignatures(uint64 deadline) internal view returns (bytes memory) {
        return decided(
            fleet,
            keccak256(abi.encode(keccak256("Resume(uint64 nonce,uint64 deadline)"), fleet.nonce(), deadline))
        );
    }

    function retireSignatures(uint64 deadline) internal view returns (bytes memory) {
        return decided(
            Fleet(device.fleet()),
            keccak256(
                abi.encode(
                    keccak256("Retire(address device,uint32 epoch,uint64 deadline)"),
                    address(device),
                    device.epoch(),
                    deadline
                )
            )
        );
    }

    function irreversibleSignatures(
        uint32 sequence,
        bytes32 commandHash,
        uint64 notAfter,
        uint64 deadline
    ) internal view returns (bytes memory) {
        return decided(
            fleet,
            keccak256(
                abi.encode(
                    keccak256(
                        "Irreversible(address device,uint32 epoch,uint32 fleetEpoch,uint32 sequence,bytes32 commandHash,uint64 notAfter,uint64 deadline)"
                    ),
                    address(device),
                    device.epoch(),
                    fleet.epoch(),
                    sequence,
                    commandHash,
                    notAfter,
                    deadline
                )
            )
        );
    }

    function appendIrreversible(uint32 sequence, bytes32 commandHash) internal {
        uint64 deadline = soon();
        uint32 epoch = device.epoch();
        bytes memory signatures = irreversibleSignatures(sequence, commandHash, deadline, deadline);
        fleet.appendIrreversible(address(device), epoch, sequence, commandHash, deadline, deadline, signatures);
    }

    // --- assertions ---

    error Failed(string what);

    function check(bool condition, string memory what) internal pure {
        if (!condition) revert Failed(what);
    }

    /// @dev Everything that a device holds, to show that a refused call changed nothing.
    function slots(address target) internal view returns (bytes32 all) {
        for (uint256 i; i < 12; ++i) {
            all = keccak256(abi.encode(all, vm.load(target, bytes32(i))));
        }
    }

    function refuse(bytes memory reason) internal {
        vm.expectRevert(reason);
    }

    function missing(Role role, address account) internal pure returns (bytes memory) {
        return abi.encodeWithSelector(IFleet.MissingRole.selector, role, account);
    }

    function wrongStatus(Status status) internal pure returns (bytes memory) {
        return abi.encodeWithSelector(IDevice.WrongStatus.selector, status);
    }

    function tooMany(uint256 count) internal pure returns (bytes memory) {
        return abi.encodeWithSelector(Quorum.TooManyKeys.selector, count, 16);
    }

    function notAscending(address key) internal pure returns (bytes memory) {
        return abi.encodeWithSelector(Quorum.KeysNotAscending.selector, key);
    }

    function outOfReach(uint256 threshold, uint256 count) internal pure returns (bytes memory) {
        return abi.encodeWithSelector(Quorum.ThresholdOutOfReach.selector, threshold, count);
    }

    function wrongTime(uint256 time, uint256 limit) internal pure returns (bytes memory) {
        return abi.encodeWithSelector(Links.WrongTime.selector, time, limit);
    }
}
