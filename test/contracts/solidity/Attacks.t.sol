// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import "./Base.sol";
import {ECDSA} from "@openzeppelin/contracts/utils/cryptography/ECDSA.sol";

/// @dev Pretends to be a device and calls back into the fleet while it is being called.
contract ReentrantDevice {
    Fleet private immutable FLEET;
    bytes private call_;
    bool public answered;
    uint32 public epoch;

    constructor(Fleet fleet, bytes memory call) {
        FLEET = fleet;
        call_ = call;
    }

    fallback() external {
        (answered,) = address(FLEET).call(call_);
        assembly ("memory-safe") {
            return(0, 32)
        }
    }
}

/// @dev A contract that owns a device, or has a role, as a Safe would.
contract Safe {
    function run(address target, bytes calldata data) external {
        (bool done, bytes memory answer) = target.call(data);
        if (!done) {
            assembly ("memory-safe") {
                revert(add(answer, 32), mload(answer))
            }
        }
    }
}

/// @dev Runs the very bytes of a fleet's clone, but had its storage written before: genuine code, poisoned state.
contract Poisoned {
    constructor(address implementation, address backdoor) {
        assembly ("memory-safe") {
            // threshold 1 at offset 5, so that it counts as initialised
            sstore(0, shl(40, 2))
            mstore(0, backdoor)
            mstore(32, 5)
            sstore(keccak256(0, 64), 0xffffffffffffffff)
            mstore(0, 0x363d3d373d3d3d363d7300000000000000000000000000000000000000000000)
            mstore(10, shl(96, implementation))
            mstore(30, 0x5af43d82803e903d91602b57fd5bf30000000000000000000000000000000000)
            return(0, 45)
        }
    }
}

/// Attacks that people try: replays, malleable signatures, races, griefing, reentrancy.
contract AttacksTest is Base {
    bytes32 private constant BUMP_FLEET_EPOCH = keccak256("BumpFleetEpoch(uint64 nonce,uint64 deadline)");
    uint256 private constant ORDER = 0xfffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141;

    function bumpSignatures(Fleet fleet_) private view returns (bytes memory) {
        return decided(fleet_, keccak256(abi.encode(BUMP_FLEET_EPOCH, fleet_.nonce(), soon())));
    }

    // --- replays ---

    function test_replayOnAnotherFleet() external {
        bytes memory signatures = bumpSignatures(fleet); // otherFleet has the very same signers and nonce
        vm.expectRevert();
        otherFleet.bumpEpoch(soon(), signatures);
        fleet.bumpEpoch(soon(), signatures);
    }

    function test_replayOnAnotherChain() external {
        bytes memory signatures = bumpSignatures(fleet);
        vm.chainId(10);
        vm.expectRevert();
        fleet.bumpEpoch(soon(), signatures);
        vm.chainId(31337);
        fleet.bumpEpoch(soon(), signatures);
    }

    function test_replayForAnotherPurpose() external {
        // Same members, same nonce, other type: resuming is not bumping.
        vm.prank(guardian);
        fleet.pause();
        bytes memory toBump = bumpSignatures(fleet);
        uint64 deadline = soon();
        vm.expectRevert();
        fleet.resume(deadline, toBump);
        bytes memory toResume = resumeSignatures(deadline);
        vm.expectRevert();
        fleet.bumpEpoch(deadline, toResume);
        fleet.resume(deadline, toResume);
    }

    function test_replayAfterTheSetOfSignersCameBack() external {
        uint64 deadline = soon();
        bytes memory toBump = bumpSignatures(fleet);
        for (uint256 round; round < 2; ++round) {
            address[] memory next = keys(SIGNER, 3 - round % 2);
            bytes32 hash = keccak256(
                abi.encode(
                    keccak256("SetSigners(uint16 threshold,address[] signers,uint64 nonce,uint64 deadline)"),
                    uint16(2),
                    keccak256(abi.encodePacked(next)),
                    fleet.nonce(),
                    deadline
                )
            );
            fleet.setSigners(2, next, deadline, decided(fleet, hash));
        }
        vm.expectRevert();
        fleet.bumpEpoch(deadline, toBump);
    }

    function test_replayOfALinkOnAnotherDevice() external {
        Device second = registered(1);
        vm.prank(provisioner);
        fleet.activate(address(second));
        uint64 deadline = soon();
        bytes memory signatures = irreversibleSignatures(1, "wipe", deadline, deadline);
        vm.expectRevert();
        fleet.appendIrreversible(address(second), 0, 1, "wipe", deadline, deadline, signatures);
        fleet.appendIrreversible(address(device), 0, 1, "wipe", deadline, deadline, signatures);
    }

    function test_aDeviceThatComesBackAcceptsNoOldSignatures() external {
        uint64 deadline = soon();
        bytes memory signatures = irreversibleSignatures(1, "wipe", deadline, deadline);
        bytes memory toRetire = retireSignatures(deadline);
        vm.prank(owner);
        device.setFleet(address(otherFleet));
        vm.prank(owner);
        device.setFleet(address(fleet));
        refuse(abi.encodeWithSelector(IFleet.WrongEpoch.selector, 2, 0));
        fleet.appendIrreversible(address(device), 0, 1, "wipe", deadline, deadline, signatures);
        vm.prank(owner);
        vm.expectRevert();
        device.retire(deadline, toRetire);
    }

    // --- malleability ---

    function test_theOtherFormOfASignatureIsRefused() external {
        bytes32 digest = typed(address(fleet), keccak256(abi.encode(BUMP_FLEET_EPOCH, fleet.nonce(), soon())));
        bytes memory signatures = together(SIGNER, 2, digest);
        bytes32 s;
        assembly ("memory-safe") {
            s := mload(add(signatures, 64))
        }
        bytes32 flipped = bytes32(ORDER - uint256(s));
        bytes memory malleable = bytes.concat(signatures);
        assembly ("memory-safe") {
            mstore(add(malleable, 64), flipped)
        }
        malleable[64] = malleable[64] == 0x1b ? bytes1(0x1c) : bytes1(0x1b);
        refuse(abi.encodeWithSelector(ECDSA.ECDSAInvalidSignatureS.selector, flipped));
        fleet.bumpEpoch(soon(), malleable);
        fleet.bumpEpoch(soon(), signatures);
    }

    function test_theOtherFormOfAPossessionProofIsRefused() external {
        Possession memory possession = possessionOf(1);
        (uint8 v, bytes32 r, bytes32 s) = vm.sign(BOARD + 1, possessionDigest(possession));
        bytes32 flipped = bytes32(ORDER - uint256(s));
        refuse(abi.encodeWithSelector(ECDSA.ECDSAInvalidSignatureS.selector, flipped));
        factory.register(possession, abi.encodePacked(r, flipped, v == 27 ? 28 : 27));
        vm.expectRevert();
        factory.register(possession, abi.encodePacked(r, s)); // not the short form either
        factory.register(possession, abi.encodePacked(r, s, v));
    }

    function test_anEmptySignatureIsNobodys() external {
        Possession memory possession = possessionOf(1);
        possession.board = address(0);
        vm.expectRevert(ECDSA.ECDSAInvalidSignature.selector);
        factory.register(possession, new bytes(65));
    }

    // --- griefing ---

    function test_aHostileCommanderCannotHoldOthersUpByBatches() external {
        setRole(Role.Commander, stranger, START + YEAR, false);
        for (uint256 i; i < 50; ++i) {
            vm.prank(stranger);
            fleet.batch(bytes32(i), soon());
        }
        append(1, "a"); // direct commands are not touched
        vm.prank(commander);
        fleet.batch("mine", soon()); // nor do batches name the number they expect
        setRole(Role.Commander, stranger, 0, true); // and one decision voids all of them
        check(fleet.epoch() == 1, "older batches are void");
    }

    function test_anybodysEmptyDecisionsCannotMoveTheNonce() external {
        vm.prank(stranger);
        vm.expectRevert();
        fleet.bumpEpoch(soon(), "");
        check(fleet.nonce() == 0, "signers' work in progress stays good");
    }

    function test_aStrangersDeviceHurtsNobody() external {
        ReentrantDevice hostile = new ReentrantDevice(fleet, "");
        bytes32 before = slots(address(fleet));
        vm.prank(commander);
        fleet.append(address(hostile), 1, "a", soon());
        check(slots(address(fleet)) == before, "the fleet holds nothing about devices");
        vm.prank(commander);
        vm.expectRevert();
        fleet.append(stranger, 1, "a", soon()); // no contract at all
    }

    // --- reentrancy ---

    function test_aDeviceThatCallsBackIsNobody() external {
        setRole(Role.Guardian, commander, START + YEAR, false);
        bytes[4] memory calls = [
            abi.encodeCall(Fleet.pause, ()),
            abi.encodeCall(Fleet.append, (address(device), 1, "b", soon())),
            abi.encodeCall(Fleet.batch, ("b", soon())),
            abi.encodeCall(Fleet.suspend, (address(device)))
        ];
        bytes32 fleetBefore = slots(address(fleet));
        bytes32 deviceBefore = slots(address(device));
        for (uint256 i; i < 4; ++i) {
            ReentrantDevice hostile = new ReentrantDevice(fleet, calls[i]);
            vm.prank(commander);
            fleet.append(address(hostile), 1, "a", soon());
            check(!hostile.answered(), "the caller's role does not pass on");
        }
        check(slots(address(fleet)) == fleetBefore && slots(address(device)) == deviceBefore, "unchanged");
    }

    function test_signaturesAreSpentBeforeADeviceIsCalled() external {
        uint64 deadline = soon();
        ReentrantDevice hostile = new ReentrantDevice(fleet, "");
        bytes memory signatures = decided(
            fleet,
            keccak256(
                abi.encode(
                    keccak256("BumpDeviceEpoch(address device,uint32 epoch,uint64 deadline)"),
                    address(hostile),
                    uint32(0),
                    deadline
                )
            )
        );
        fleet.bumpDeviceEpoch(address(hostile), 0, deadline, signatures);
        check(fleet.nonce() == 0 && fleet.epoch() == 0, "nothing of the fleet moved");
    }

    // --- who one is ---

    function test_aContractCanOwnADeviceAndHoldARole() external {
        Safe safe = new Safe();
        vm.prank(owner);
        device.transferOwnership(address(safe));
        safe.run(address(device), abi.encodeCall(IDevice.acceptOwnership, (address(fleet), address(channel))));
        check(device.owner() == address(safe), "owner");
        setRole(Role.Commander, address(safe), START + YEAR, false);
        safe.run(address(fleet), abi.encodeCall(Fleet.append, (address(device), 1, "a", soon())));
        check(device.sequence() == 1, "commander");
        safe.run(address(device), abi.encodeCall(IDevice.setStatus, (Status.Active, Status.Suspended)));
        check(device.status() == Status.Suspended, "as an owner");
    }

    function test_aContractCannotBeOneOfTheThreshold() external {
        // k-of-n signatures are of plain keys: an address without a key can be listed, and simply never signs
        Safe safe = new Safe();
        uint64 deadline = soon();
        address[] memory next = new address[](3);
        (next[0], next[1], next[2]) = (vm.addr(SIGNER), vm.addr(SIGNER + 1), address(safe));
        sort(next);
        bytes32 hash = keccak256(
            abi.encode(
                keccak256("SetSigners(uint16 threshold,address[] signers,uint64 nonce,uint64 deadline)"),
                uint16(2),
                keccak256(abi.encodePacked(next)),
                fleet.nonce(),
                deadline
            )
        );
        fleet.setSigners(2, next, deadline, decided(fleet, hash));
        fleet.bumpEpoch(soon(), bumpSignatures(fleet));
        check(fleet.epoch() == 1, "the two keys go on");
    }

    function test_genuineCodeSaysNothingAboutFirstValues() external {
        // Why tools ask whether the factory made a fleet, and boards are told their fleet at the console.
        Poisoned poisoned = new Poisoned(address(fleetCode), stranger);
        check(address(poisoned).codehash == address(fleet).codehash, "the very same code");
        vm.prank(owner);
        device.setFleet(address(poisoned)); // the owner's mistake, and only the owner's to make
        check(factory.fleetAddress(fleetSetup(), 0) != address(poisoned), "but not where the factory puts it");
    }

    function test_theImplementationsAreNobodys() external {
        vm.prank(commander);
        vm.expectRevert();
        fleetCode.append(address(device), 1, "a", soon());
        vm.prank(guardian);
        vm.expectRevert();
        fleetCode.pause();
        vm.prank(owner);
        vm.expectRevert();
        deviceCode.setStatus(Status.Retired, Status.Active);
        vm.prank(channelGuardian);
        vm.expectRevert();
        channelCode.pause();
        check(deviceCode.status() == Status.Retired, "locked");
    }
}
