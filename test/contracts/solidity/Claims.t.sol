// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import "./Base.sol";
import {ECDSA} from "@openzeppelin/contracts/utils/cryptography/ECDSA.sol";

/// Claims: a board changes hands by the key on its box together with the board itself, and by neither alone.
contract ClaimsTest is Base {
    address private claimKey = vm.addr(CLAIM_KEY);

    struct Claim {
        address newOwner;
        address fleet;
        address channel;
        uint64 deadline;
    }

    function offer() private {
        vm.prank(owner);
        device.offerClaim(claimKey);
    }

    function mine() private view returns (Claim memory) {
        return Claim(successor, address(otherFleet), address(otherChannel), soon());
    }

    function digestOf(Claim memory claim) private view returns (bytes32) {
        return claimDigest(device, claim.newOwner, claim.fleet, claim.channel, claim.deadline);
    }

    function send(Claim memory claim, bytes memory byClaimKey, bytes memory byBoard) private {
        device.acceptClaim(claim.newOwner, claim.fleet, claim.channel, claim.deadline, byClaimKey, byBoard);
    }

    /// @dev Signed by both, as it stands.
    function send(Claim memory claim) private {
        bytes32 digest = digestOf(claim);
        send(claim, signature(CLAIM_KEY, digest), signature(BOARD, digest));
    }

    function refuse(Claim memory claim, bytes memory reason) private {
        bytes32 digest = digestOf(claim);
        (bytes memory a, bytes memory b) = (signature(CLAIM_KEY, digest), signature(BOARD, digest));
        refuse(reason);
        send(claim, a, b);
    }

    function notPending(address account) private pure returns (bytes memory) {
        return abi.encodeWithSelector(IDevice.NotPendingOwner.selector, account);
    }

    function notByBoard(address signer) private pure returns (bytes memory) {
        return abi.encodeWithSelector(IDevice.NotSignedByBoard.selector, signer);
    }

    function wrongDeadline(uint64 deadline) private pure returns (bytes memory) {
        return abi.encodeWithSelector(ConsoleProofs.WrongDeadline.selector, deadline);
    }

    function test_claimKeyAndBoardHandTheBoardOver() external {
        append(1, "a");
        vm.prank(owner);
        device.approve(address(channel), 1, IMAGE);
        vm.prank(owner);
        device.setAppChannel(address(channel));
        vm.prank(owner);
        device.approveApp(address(channel), 1, IMAGE);
        offer();
        check(device.owner() == owner && device.pendingOwner() == claimKey && device.pendingByClaim(), "offered");
        Claim memory claim = mine();
        bytes32 digest = digestOf(claim);
        vm.prank(stranger); // whoever sends it only pays
        send(claim, signature(CLAIM_KEY, digest), signature(BOARD, digest));
        check(device.owner() == successor, "the owner whom both named");
        check(device.pendingOwner() == address(0) && !device.pendingByClaim(), "used up");
        check(device.fleet() == address(otherFleet) && device.channel() == address(otherChannel), "links");
        check(device.approval() == 0 && device.appApproval() == 0 && device.appChannel() == address(0), "cleared");
        check(device.epoch() == 1 && device.sequence() == 1 && device.key() == vm.addr(BOARD), "bumped");
        check(device.head() == keccak256(abi.encode(block.chainid, address(device), 1, 1)), "head");
        refuse(notPending(ECDSA.recover(digestOf(claim), signature(CLAIM_KEY, digest))));
        send(claim, signature(CLAIM_KEY, digest), signature(BOARD, digest)); // the epoch is another
        refuse(claim, notPending(claimKey)); // nor does the key claim a second time
    }

    function test_thePhotographOfABoxClaimsNothing() external {
        offer();
        vm.prank(claimKey); // whoever has the key can also send from its address
        refuse(abi.encodeWithSelector(IDevice.OfferedToClaimKey.selector, claimKey));
        device.acceptOwnership(address(otherFleet), address(otherChannel));
        Claim memory claim = Claim(stranger, address(otherFleet), address(otherChannel), soon());
        bytes memory signed = signature(CLAIM_KEY, digestOf(claim));
        refuse(notByBoard(claimKey));
        send(claim, signed, signed);
        bytes memory empty = new bytes(65);
        vm.expectRevert(ECDSA.ECDSAInvalidSignature.selector);
        send(claim, signed, empty);
        send(mine());
    }

    function test_theBoardAloneClaimsNothing() external {
        offer();
        Claim memory claim = mine();
        bytes memory signed = signature(BOARD, digestOf(claim));
        refuse(notPending(vm.addr(BOARD)));
        send(claim, signed, signed);
        bytes memory foreign = signature(CLAIM_KEY + 1, digestOf(claim));
        refuse(notPending(vm.addr(CLAIM_KEY + 1)));
        send(claim, foreign, signed);
        send(claim);
    }

    function test_aLookIntoTheMempoolClaimsNothing() external {
        offer();
        bytes32 digest = digestOf(mine());
        (bytes memory a, bytes memory b) = (signature(CLAIM_KEY, digest), signature(BOARD, digest));
        for (uint256 field; field < 4; ++field) {
            Claim memory changed = mine();
            if (field == 0) changed.newOwner = stranger;
            if (field == 1) changed.fleet = address(fleet);
            if (field == 2) changed.channel = address(channel);
            if (field == 3) changed.deadline -= 1;
            address recovered = ECDSA.recover(digestOf(changed), a);
            refuse(notPending(recovered));
            send(changed, a, b);
            bytes memory signedAnew = signature(CLAIM_KEY, digestOf(changed));
            recovered = ECDSA.recover(digestOf(changed), b);
            refuse(notByBoard(recovered));
            send(changed, signedAnew, b);
        }
        send(mine(), a, b);
    }

    function test_aClaimIsForOneDeviceOneChainAndOneEpoch() external {
        offer();
        Device other = registered(1);
        vm.prank(owner);
        other.offerClaim(claimKey);
        Claim memory claim = mine();
        bytes32 digest = digestOf(claim);
        (bytes memory a, bytes memory b) = (signature(CLAIM_KEY, digest), signature(BOARD, digest));
        vm.expectRevert();
        other.acceptClaim(claim.newOwner, claim.fleet, claim.channel, claim.deadline, a, b);
        vm.chainId(10);
        vm.expectRevert();
        send(claim, a, b);
        vm.chainId(31337);
        vm.prank(owner);
        device.bumpEpoch();
        vm.expectRevert();
        send(claim, a, b);
        send(claim);
    }

    function test_aClaimLastsAnHourAtMost() external {
        offer();
        Claim memory claim = mine();
        claim.deadline = START + 1 hours + 1;
        refuse(claim, wrongDeadline(claim.deadline));
        claim.deadline = START - 1;
        refuse(claim, wrongDeadline(claim.deadline));
        claim.deadline = START + 1 hours;
        vm.warp(START + 1 hours + 1);
        refuse(claim, wrongDeadline(claim.deadline));
        vm.warp(START + 1 hours);
        send(claim);
    }

    function test_aClaimNeedsAnOwnerAndGenuineContracts() external {
        offer();
        Claim memory claim = mine();
        claim.newOwner = address(0);
        refuse(claim, abi.encodeWithSelector(IDevice.WrongAddress.selector, address(0)));
        claim = mine();
        claim.fleet = address(otherChannel);
        refuse(claim, abi.encodeWithSelector(IDevice.NotGenuine.selector, address(otherChannel)));
        claim = mine();
        claim.channel = address(0);
        refuse(claim, abi.encodeWithSelector(IDevice.NotGenuine.selector, address(0)));
        send(mine());
    }

    function test_aStolenOrRetiredBoardIsNotClaimed() external {
        offer();
        setStatus(Status.Stolen);
        refuse(mine(), wrongStatus(Status.Stolen));
        vm.prank(owner);
        refuse(wrongStatus(Status.Stolen));
        device.offerClaim(claimKey);
        bytes memory signatures = retireSignatures(soon());
        uint64 deadline = soon();
        vm.prank(owner);
        device.retire(deadline, signatures);
        refuse(mine(), wrongStatus(Status.Retired));
    }

    function test_aBoardIsClaimedInAnyStageBefore() external {
        offer();
        setStatus(Status.Suspended);
        send(mine());
        check(device.owner() == successor && device.status() == Status.Suspended, "suspended");
        device = registered(1);
        offer();
        Claim memory claim = mine();
        bytes32 digest = digestOf(claim);
        send(claim, signature(CLAIM_KEY, digest), signature(BOARD + 1, digest));
        check(device.owner() == successor && device.status() == Status.Provisioned, "provisioned");
    }

    function test_anAccountIsOfferedABoardWithoutAClaim() external {
        offer();
        vm.prank(owner);
        device.transferOwnership(claimKey); // the very same address, as an account
        check(!device.pendingByClaim(), "no claim");
        refuse(mine(), notPending(claimKey));
        vm.prank(claimKey);
        device.acceptOwnership(address(otherFleet), address(otherChannel));
        check(device.owner() == claimKey, "as an account");
    }

    function test_aClaimIsOfferedByTheOwnerAndCalledOff() external {
        address[3] memory others = [address(fleet), guardian, stranger];
        for (uint256 i; i < 3; ++i) {
            vm.prank(others[i]);
            refuse(abi.encodeWithSelector(IDevice.NotOwner.selector, others[i]));
            device.offerClaim(claimKey);
        }
        vm.prank(owner);
        refuse(abi.encodeWithSelector(IDevice.WrongAddress.selector, address(0)));
        device.offerClaim(address(0));
        refuse(mine(), notPending(claimKey)); // nothing was offered so far
        offer();
        vm.prank(owner);
        device.transferOwnership(address(0));
        refuse(mine(), notPending(claimKey));
        offer();
        send(mine());
    }

    function test_theOtherFormOfASignatureClaimsNothing() external {
        offer();
        Claim memory claim = mine();
        bytes32 digest = digestOf(claim);
        (uint8 v, bytes32 r, bytes32 s) = vm.sign(BOARD, digest);
        uint256 order = 0xfffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141;
        bytes32 flipped = bytes32(order - uint256(s));
        bytes memory byClaimKey = signature(CLAIM_KEY, digest);
        refuse(abi.encodeWithSelector(ECDSA.ECDSAInvalidSignatureS.selector, flipped));
        send(claim, byClaimKey, abi.encodePacked(r, flipped, v == 27 ? uint8(28) : uint8(27)));
        send(claim);
    }
}
