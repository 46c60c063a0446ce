// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import "./Base.sol";

/// @dev Plays everybody at once: each action is one call by a mostly right, sometimes wrong account, with mostly right,
/// sometimes wrong values. A refused action reverts (forge counts it so); an accepted one is compared with what this
/// contract, which knows the rules a second time, would have allowed. What is remembered is public: the invariants read it.
contract Handler is Base {
    uint256 internal constant DEVICES = 3;
    uint64 internal constant FOREVER = type(uint64).max;

    Device[DEVICES] public devices;
    Fleet[2] public fleets;
    ReleaseChannel[2] public channels;
    address[8] internal actors;
    address public lastGuardian = address(0x7A57);
    uint256 internal nextBoard = 100;

    // what went wrong, if anything
    string public intrusion;
    bool public acceptedWhileStolenOrRetired;
    bool public leftRetired;
    bool public widened;
    bool public startedAgain;
    bool public initialisedAgain;
    bool public countedTwice;
    bool public decidedTwice;
    bool public reusedVersion;

    // what has been seen
    uint32[DEVICES] public sequence;
    uint32[DEVICES] public epoch;
    bytes32[DEVICES] public head;
    address[DEVICES] public approvedUnder;
    address[DEVICES] public approvedFor;
    address[DEVICES] public appApprovedUnder;
    address[DEVICES] public appApprovedFor;
    address[DEVICES] public appChannelBy;
    uint256[DEVICES] internal boardKey;
    uint32[2] public fleetEpoch;
    uint64[2] public fleetNonce;
    bytes32[2] public batchHead;
    uint64[2] public batches;
    uint256[2] internal signerBase;
    uint32 public newest;
    uint32 public floor;
    uint16 public rollout;
    uint8 public flags;
    uint32 public counted;
    mapping(uint32 => bytes32) public recordOf;
    mapping(uint256 => mapping(uint256 => mapping(address => uint64))) internal roleOf; // fleet, role, account
    mapping(uint32 => mapping(address => bool)) internal seen;
    uint32[] internal versions;
    bytes internal spent;
    Fleet internal spentAt;

    constructor() {
        Base.setUp();
        actors = [owner, commander, releaser, guardian, provisioner, successor, stranger, lastGuardian];
        channels = [channel, otherChannel];
        FleetSetup memory setup = fleetSetup();
        Grant[] memory grants = new Grant[](5);
        for (uint256 i; i < 4; ++i) {
            grants[i] = setup.grants[i];
        }
        grants[4] = Grant(Role.Guardian, lastGuardian, FOREVER);
        setup.grants = grants;
        for (uint256 f; f < 2; ++f) {
            fleets[f] = Fleet(factory.createFleet(setup, bytes32(f + 10)));
            signerBase[f] = SIGNER;
            for (uint256 i; i < 5; ++i) {
                roleOf[f][uint256(grants[i].role)][grants[i].account] = grants[i].expiry;
            }
        }
        fleet = fleets[0];
        for (uint256 i; i < DEVICES; ++i) {
            devices[i] = registered(i + 1);
            boardKey[i] = BOARD + i + 1;
        }
        setManufacture();
    }

    // --- choosing ---

    function pick(uint256 seed, string memory what, uint256 count) internal pure returns (uint256) {
        return uint256(keccak256(abi.encode(seed, what))) % count;
    }

    /// @dev Three times out of four the right one.
    function actor(uint256 seed, address right) internal view returns (address) {
        return pick(seed, "right", 4) != 0 ? right : actors[pick(seed, "actor", actors.length)];
    }

    function fleetNumber(Device device_) internal view returns (uint256) {
        return device_.fleet() == address(fleets[0]) ? 0 : 1;
    }

    function has(uint256 f, Role role, address account) internal view returns (bool) {
        return roleOf[f][uint256(role)][account] > block.timestamp;
    }

    /// @dev Signatures of the threshold; sometimes too few, or of strangers. `good` says which.
    function signedBy(uint256 seed, uint256 f, bytes32 structHash)
        internal
        view
        returns (bytes memory signatures, bool good)
    {
        uint256 kind = pick(seed, "signatures", 8);
        good = kind > 1;
        uint256 base = kind == 0 ? SIGNER + 500 : signerBase[f];
        signatures = together(base, kind == 1 ? 1 : 2, typed(address(fleets[f]), structHash));
    }

    function releaseSigned(uint256 seed, bytes32 structHash) internal view returns (bytes memory, bool) {
        uint256 kind = pick(seed, "signatures", 8);
        uint256 base = kind == 0 ? RELEASE_KEY + 500 : RELEASE_KEY;
        return (together(base, kind == 1 ? 1 : 2, typed(address(channel), structHash)), kind > 1);
    }

    // --- remembering ---

    function expectRight(bool right, string memory what) internal {
        if (!right) intrusion = what;
    }

    function given(uint256 d, Status before) internal {
        if (before >= Status.Stolen) acceptedWhileStolenOrRetired = true;
        observe(d, before);
    }

    function observe(uint256 d, Status before) internal {
        if (before == Status.Retired && devices[d].status() != Status.Retired) leftRetired = true;
        uint32 present = devices[d].epoch();
        if (present != epoch[d]) {
            head[d] = keccak256(abi.encode(block.chainid, address(devices[d]), present, sequence[d]));
        }
        if (present > epoch[d]) epoch[d] = present;
    }

    function linked(uint256 d, bytes32 command, uint64 notAfter, address operator, uint8 class) internal {
        uint256 f = fleetNumber(devices[d]);
        head[d] = keccak256(
            abi.encode(
                head[d], sequence[d] + 1, command, notAfter, epoch[d], fleets[f].epoch(), operator, class
            )
        );
        sequence[d] += 1;
    }

    modifier watchingChannel(uint256 seed) {
        _;
        uint32 presentNewest = channel.newest();
        if (presentNewest == newest && channel.rollout() > rollout) widened = true;
        newest = presentNewest;
        rollout = channel.rollout();
        flags = channel.flags();
        floor = channel.floor() > floor ? channel.floor() : floor;
    }

    // --- actions ---

    function append(uint256 seed) external {
        uint256 d = pick(seed, "device", DEVICES);
        uint256 f = fleetNumber(devices[d]);
        Status before = devices[d].status();
        address by = actor(seed, commander);
        uint32 expected = sequence[d] + (pick(seed, "sequence", 5) == 0 ? 2 : 1);
        uint64 notAfter = uint64(block.timestamp + pick(seed, "notAfter", 32 days));
        uint64 expiry = roleOf[f][uint256(Role.Commander)][by];
        vm.prank(by);
        fleets[f].append(address(devices[d]), expected, bytes32(seed), notAfter);
        expectRight(
            has(f, Role.Commander, by) && notAfter <= expiry && notAfter <= block.timestamp + 30 days
                && notAfter > block.timestamp && before == Status.Active && expected == sequence[d] + 1,
            "append"
        );
        linked(d, bytes32(seed), notAfter, by, 0);
        given(d, before);
    }

    function appendIrreversible(uint256 seed) external {
        uint256 d = pick(seed, "device", DEVICES);
        uint256 f = fleetNumber(devices[d]);
        Status before = devices[d].status();
        (fleet, device) = (fleets[f], devices[d]);
        uint64 deadline = soon();
        bytes32 hash = keccak256(
            abi.encode(
                keccak256(
                    "Irreversible(address device,uint32 epoch,uint32 fleetEpoch,uint32 sequence,bytes32 commandHash,uint64 notAfter,uint64 deadline)"
                ),
                address(device),
                device.epoch(),
                fleet.epoch(),
                sequence[d] + 1,
                bytes32(seed),
                deadline,
                deadline
            )
        );
        (bytes memory signatures, bool good) = signedBy(seed, f, hash);
        fleet.appendIrreversible(
            address(device), device.epoch(), sequence[d] + 1, bytes32(seed), deadline, deadline, signatures
        );
        expectRight(good && (before == Status.Active || before == Status.Suspended), "appendIrreversible");
        linked(d, bytes32(seed), deadline, address(fleet), 1);
        given(d, before);
    }

    function batch(uint256 seed) external {
        uint256 f = pick(seed, "fleet", 2);
        address by = actor(seed, commander);
        uint64 notAfter = soon();
        vm.prank(by);
        fleets[f].batch(bytes32(seed), notAfter);
        expectRight(has(f, Role.Commander, by), "batch");
        batches[f] += 1;
        batchHead[f] = keccak256(
            abi.encode(batchHead[f], batches[f], bytes32(seed), notAfter, fleetEpoch[f], by, uint8(0))
        );
    }

    function anchorReceipts(uint256 seed) external {
        uint256 f = pick(seed, "fleet", 2);
        address by = actor(seed, commander);
        vm.prank(by);
        fleets[f].anchorReceipts(bytes32(seed));
        expectRight(has(f, Role.Commander, by), "anchorReceipts");
    }

    function setStatus(uint256 seed) external {
        uint256 d = pick(seed, "device", DEVICES);
        Status before = devices[d].status();
        address by = actor(seed, devices[d].owner());
        // mostly back to Active, so that there is something to command
        Status to = pick(seed, "kind", 3) != 0 ? Status.Active : Status(pick(seed, "to", 6));
        vm.prank(by);
        devices[d].setStatus(before, to);
        expectRight(by == devices[d].owner() && to != Status.Retired && to != Status.None, "setStatus");
        observe(d, before);
    }

    function suspend(uint256 seed) external {
        uint256 d = pick(seed, "device", DEVICES);
        uint256 f = fleetNumber(devices[d]);
        Status before = devices[d].status();
        address by = actor(seed, guardian);
        vm.prank(by);
        fleets[f].suspend(address(devices[d]));
        expectRight(has(f, Role.Guardian, by) && before < Status.Suspended, "suspend");
        observe(d, before);
    }

    function reportStolen(uint256 seed) external {
        uint256 d = pick(seed, "device", DEVICES);
        uint256 f = fleetNumber(devices[d]);
        Status before = devices[d].status();
        address by = actor(seed, guardian);
        vm.prank(by);
        fleets[f].reportStolen(address(devices[d]));
        expectRight(has(f, Role.Guardian, by) && before < Status.Stolen, "reportStolen");
        observe(d, before);
    }

    function activate(uint256 seed) external {
        uint256 d = pick(seed, "device", DEVICES);
        uint256 f = fleetNumber(devices[d]);
        Status before = devices[d].status();
        address by = actor(seed, provisioner);
        vm.prank(by);
        fleets[f].activate(address(devices[d]));
        expectRight(has(f, Role.Provisioner, by) && before == Status.Provisioned, "activate");
        given(d, before);
    }

    function register(uint256 seed) external {
        // a retired board makes place for a new one
        uint256 d = pick(seed, "device", DEVICES);
        if (devices[d].status() != Status.Retired || pick(seed, "replace", 3) != 0) revert Failed("not now");
        fleet = fleets[0];
        boardKey[d] = BOARD + ++nextBoard;
        devices[d] = registered(nextBoard);
        (sequence[d], epoch[d], head[d]) = (0, 0, 0);
        setManufacture();
        expectRight(devices[d].status() == Status.Provisioned && devices[d].owner() == owner, "register");
    }

    function approve(uint256 seed) external {
        uint256 d = pick(seed, "device", DEVICES);
        Status before = devices[d].status();
        uint256 f = fleetNumber(devices[d]);
        address followed = devices[d].channel();
        bool byOwner = pick(seed, "side", 2) == 0;
        address by = actor(seed, byOwner ? devices[d].owner() : releaser);
        vm.prank(by);
        if (byOwner) devices[d].approve(followed, 1, IMAGE);
        else fleets[f].approve(address(devices[d]), followed, 1, IMAGE);
        expectRight(byOwner ? by == devices[d].owner() : has(f, Role.Releaser, by), "approve");
        approvedUnder[d] = devices[d].owner();
        approvedFor[d] = devices[d].fleet();
        given(d, before);
    }

    function clearApproval(uint256 seed) external {
        uint256 d = pick(seed, "device", DEVICES);
        Status before = devices[d].status();
        uint256 f = fleetNumber(devices[d]);
        address by = actor(seed, guardian);
        vm.prank(by);
        fleets[f].clearApproval(address(devices[d]));
        expectRight(has(f, Role.Guardian, by) && devices[d].approval() == 0, "clearApproval");
        observe(d, before);
    }

    function transfer(uint256 seed) external {
        uint256 d = pick(seed, "device", DEVICES);
        Status before = devices[d].status();
        address by = actor(seed, devices[d].owner());
        address to = devices[d].owner() == owner ? successor : owner;
        vm.prank(by);
        devices[d].transferOwnership(to);
        expectRight(by == devices[d].owner(), "transfer");
        given(d, before);
    }

    function offerClaim(uint256 seed) external {
        uint256 d = pick(seed, "device", DEVICES);
        Status before = devices[d].status();
        address by = actor(seed, devices[d].owner());
        vm.prank(by);
        devices[d].offerClaim(vm.addr(CLAIM_KEY));
        expectRight(by == devices[d].owner() && devices[d].pendingByClaim(), "offerClaim");
        given(d, before);
    }

    /// @dev Claim key and board mostly sign as they should; the claim was mostly offered, and mostly lasts long enough.
    function acceptClaim(uint256 seed) external {
        uint256 d = pick(seed, "device", DEVICES);
        if (pick(seed, "offered", 3) != 0 && !devices[d].pendingByClaim()) {
            vm.prank(devices[d].owner());
            devices[d].offerClaim(vm.addr(CLAIM_KEY));
        }
        Status before = devices[d].status();
        bool offered = devices[d].pendingByClaim();
        bool signed = claim(seed, d);
        expectRight(offered && signed && devices[d].epoch() == epoch[d] + 1, "acceptClaim");
        given(d, before);
    }

    function claim(uint256 seed, uint256 d) internal returns (bool right) {
        address newOwner = devices[d].owner() == owner ? successor : owner;
        address[2] memory links =
            [address(fleets[pick(seed, "fleet", 2)]), address(channels[pick(seed, "channel", 2)])];
        uint64 deadline = uint64(block.timestamp + pick(seed, "deadline", 75 minutes));
        uint256 kind = pick(seed, "kind", 10);
        uint256 first = kind == 0 ? boardKey[d] : kind == 1 ? CLAIM_KEY + 1 : CLAIM_KEY;
        uint256 second = kind == 2 ? CLAIM_KEY : kind == 3 ? BOARD + 999 : boardKey[d];
        right = kind > 3 && deadline <= block.timestamp + 1 hours;
        bytes32 digest = claimDigest(devices[d], kind == 4 ? stranger : newOwner, links[0], links[1], deadline);
        right = right && kind != 4;
        devices[d].acceptClaim(
            newOwner, links[0], links[1], deadline, signature(first, digest), signature(second, digest)
        );
    }

    function setAppChannel(uint256 seed) external {
        uint256 d = pick(seed, "device", DEVICES);
        Status before = devices[d].status();
        address by = actor(seed, devices[d].owner());
        uint256 kind = pick(seed, "kind", 6);
        address to = kind == 0 ? stranger : kind == 1 ? address(0) : address(channels[pick(seed, "channel", 2)]);
        vm.prank(by);
        devices[d].setAppChannel(to);
        expectRight(by == devices[d].owner(), "setAppChannel");
        appChannelBy[d] = devices[d].owner();
        observe(d, before);
    }

    function approveApp(uint256 seed) external {
        uint256 d = pick(seed, "device", DEVICES);
        Status before = devices[d].status();
        uint256 f = fleetNumber(devices[d]);
        if (pick(seed, "follow", 4) != 0 && devices[d].appChannel() == address(0)) {
            vm.prank(devices[d].owner());
            devices[d].setAppChannel(address(channels[pick(seed, "channel", 2)]));
            appChannelBy[d] = devices[d].owner();
        }
        address followed = devices[d].appChannel();
        bool byOwner = pick(seed, "side", 2) == 0;
        address by = actor(seed, byOwner ? devices[d].owner() : releaser);
        vm.prank(by);
        if (byOwner) devices[d].approveApp(followed, 1, IMAGE);
        else fleets[f].approveApp(address(devices[d]), followed, 1, IMAGE);
        expectRight(byOwner ? by == devices[d].owner() : has(f, Role.Releaser, by), "approveApp");
        expectRight(followed != address(0), "approveApp of no channel");
        appApprovedUnder[d] = devices[d].owner();
        appApprovedFor[d] = devices[d].fleet();
        given(d, before);
    }

    function clearAppApproval(uint256 seed) external {
        uint256 d = pick(seed, "device", DEVICES);
        Status before = devices[d].status();
        uint256 f = fleetNumber(devices[d]);
        address by = actor(seed, guardian);
        vm.prank(by);
        fleets[f].clearAppApproval(address(devices[d]));
        expectRight(has(f, Role.Guardian, by) && devices[d].appApproval() == 0, "clearAppApproval");
        observe(d, before);
    }

    function accept(uint256 seed) external {
        uint256 d = pick(seed, "device", DEVICES);
        Status before = devices[d].status();
        bool byClaim = devices[d].pendingByClaim();
        address pending = devices[d].pendingOwner();
        address by = actor(seed, pending);
        vm.prank(by);
        devices[d].acceptOwnership(address(fleets[pick(seed, "fleet", 2)]), address(channels[pick(seed, "channel", 2)]));
        expectRight(by == pending && !byClaim && devices[d].epoch() == epoch[d] + 1, "accept");
        given(d, before);
    }

    function setFleet(uint256 seed) external {
        uint256 d = pick(seed, "device", DEVICES);
        Status before = devices[d].status();
        address by = actor(seed, devices[d].owner());
        address to = pick(seed, "genuine", 4) == 0 ? stranger : address(fleets[pick(seed, "fleet", 2)]);
        vm.prank(by);
        devices[d].setFleet(to);
        expectRight(by == devices[d].owner() && devices[d].epoch() == epoch[d] + 1, "setFleet");
        observe(d, before);
    }

    function setChannel(uint256 seed) external {
        uint256 d = pick(seed, "device", DEVICES);
        Status before = devices[d].status();
        address by = actor(seed, devices[d].owner());
        address to = pick(seed, "genuine", 4) == 0 ? stranger : address(channels[pick(seed, "channel", 2)]);
        vm.prank(by);
        devices[d].setChannel(to);
        expectRight(by == devices[d].owner(), "setChannel");
        observe(d, before);
    }

    function bumpEpoch(uint256 seed) external {
        uint256 d = pick(seed, "device", DEVICES);
        uint256 f = fleetNumber(devices[d]);
        Status before = devices[d].status();
        if (pick(seed, "side", 2) == 0) {
            address by = actor(seed, devices[d].owner());
            vm.prank(by);
            devices[d].bumpEpoch();
            expectRight(by == devices[d].owner(), "bumpEpoch");
        } else {
            uint64 deadline = soon();
            uint32 ending = devices[d].epoch();
            bytes32 hash = keccak256(
                abi.encode(
                    keccak256("BumpDeviceEpoch(address device,uint32 epoch,uint64 deadline)"),
                    address(devices[d]),
                    ending,
                    deadline
                )
            );
            (bytes memory signatures, bool good) = signedBy(seed, f, hash);
            fleets[f].bumpDeviceEpoch(address(devices[d]), ending, deadline, signatures);
            expectRight(good, "bumpDeviceEpoch");
        }
        observe(d, before);
    }

    function rotateKey(uint256 seed) external {
        uint256 d = pick(seed, "device", DEVICES);
        Status before = devices[d].status();
        uint256 next = BOARD + 5000 + pick(seed, "key", 1000);
        uint256 old = pick(seed, "old", 6) != 0 ? boardKey[d] : next;
        expectRight(rotate(seed, d, old, next) && old != next, "rotateKey");
        boardKey[d] = next;
        given(d, before);
    }

    function rotate(uint256 seed, uint256 d, uint256 old, uint256 next) internal returns (bool good) {
        uint64 deadline = soon();
        uint32 ending = devices[d].epoch();
        bytes32 digest = rotationDigest(d, next, ending, deadline);
        bytes memory signatures;
        (signatures, good) = signedBy(seed, fleetNumber(devices[d]), rotationHash(d, next, ending, deadline));
        fleets[fleetNumber(devices[d])].rotateDeviceKey(
            address(devices[d]), vm.addr(next), ending, deadline, signature(old, digest), signature(next, digest), signatures
        );
    }

    function rotationDigest(uint256 d, uint256 next, uint32 ending, uint64 deadline) internal view returns (bytes32) {
        bytes32 typeHash = keccak256("RotateKey(address oldKey,address newKey,uint32 epoch,uint64 deadline)");
        return typed(
            address(devices[d]),
            keccak256(abi.encode(typeHash, vm.addr(boardKey[d]), vm.addr(next), ending, deadline))
        );
    }

    function rotationHash(uint256 d, uint256 next, uint32 ending, uint64 deadline) internal view returns (bytes32) {
        bytes32 typeHash = keccak256("RotateDeviceKey(address device,address newKey,uint32 epoch,uint64 deadline)");
        return keccak256(abi.encode(typeHash, address(devices[d]), vm.addr(next), ending, deadline));
    }

    function retire(uint256 seed) external {
        uint256 d = pick(seed, "device", DEVICES);
        uint256 f = fleetNumber(devices[d]);
        Status before = devices[d].status();
        if (pick(seed, "seldom", 4) != 0) revert Failed("not now");
        address by = actor(seed, devices[d].owner());
        uint64 deadline = soon();
        bytes32 hash = keccak256(
            abi.encode(
                keccak256("Retire(address device,uint32 epoch,uint64 deadline)"),
                address(devices[d]),
                devices[d].epoch(),
                deadline
            )
        );
        (bytes memory signatures, bool good) = signedBy(seed, f, hash);
        vm.prank(by);
        devices[d].retire(deadline, signatures);
        expectRight(good && by == devices[d].owner() && before != Status.Retired, "retire");
        observe(d, before);
    }

    // --- a fleet's decisions ---

    function pause(uint256 seed) external {
        uint256 f = pick(seed, "fleet", 2);
        if (pick(seed, "seldom", 3) != 0) revert Failed("not now");
        address by = actor(seed, guardian);
        vm.prank(by);
        fleets[f].pause();
        expectRight(has(f, Role.Guardian, by), "pause");
    }

    function resume(uint256 seed) external {
        // both fleets, so that a paused one does not stay so
        uint256 f = fleets[0].paused() ? 0 : 1;
        uint64 deadline = soon();
        bytes32 hash =
            keccak256(abi.encode(keccak256("Resume(uint64 nonce,uint64 deadline)"), fleets[f].nonce(), deadline));
        (bytes memory signatures, bool good) = signedBy(seed, f, hash);
        fleets[f].resume(deadline, signatures);
        expectRight(good, "resume");
        decidedAt(f, abi.encodeCall(Fleet.resume, (deadline, signatures)));
    }

    function setRole(uint256 seed) external {
        uint256 f = pick(seed, "fleet", 2);
        Role role = Role(pick(seed, "role", 4));
        address account = actors[pick(seed, "account", actors.length - 1)]; // the last guardian stays
        uint64 expiry = pick(seed, "take", 3) == 0 ? 0 : uint64(block.timestamp + pick(seed, "expiry", 400 days));
        bool bump = pick(seed, "bump", 2) == 0;
        (bytes memory call, bool good) = roleCall(seed, f, role, account, expiry, bump);
        relay(address(fleets[f]), call);
        expectRight(good, "setRole");
        roleOf[f][uint256(role)][account] = expiry;
        if (bump) fleetEpoch[f] += 1;
        decidedAt(f, call);
    }

    function roleCall(uint256 seed, uint256 f, Role role, address account, uint64 expiry, bool bump)
        internal
        view
        returns (bytes memory, bool)
    {
        uint64 deadline = soon();
        bytes32 typeHash = keccak256(
            "SetRole(uint8 role,address account,uint64 expiry,bool bumpEpoch,uint64 nonce,uint64 deadline)"
        );
        bytes32 hash =
            keccak256(abi.encode(typeHash, role, account, expiry, bump, fleets[f].nonce(), deadline));
        (bytes memory signatures, bool good) = signedBy(seed, f, hash);
        return (abi.encodeCall(Fleet.setRole, (role, account, expiry, bump, deadline, signatures)), good);
    }

    function relay(address target, bytes memory call) internal {
        (bool done, bytes memory answer) = target.call(call);
        if (!done) {
            assembly ("memory-safe") {
                revert(add(answer, 32), mload(answer))
            }
        }
    }

    function setSigners(uint256 seed) external {
        uint256 f = pick(seed, "fleet", 2);
        uint256 base = SIGNER + 20 * pick(seed, "base", 3);
        uint16 k = pick(seed, "one", 4) == 0 ? 1 : 2;
        uint64 deadline = soon();
        uint256 kind = pick(seed, "list", 6);
        address[] memory list = keys(base, kind == 0 ? 17 : kind == 1 ? 16 : 3);
        if (kind == 2) (list[0], list[1]) = (list[1], list[0]);
        if (kind == 3) list[2] = list[1];
        bytes32 hash = keccak256(
            abi.encode(
                keccak256("SetSigners(uint16 threshold,address[] signers,uint64 nonce,uint64 deadline)"),
                k,
                keccak256(abi.encodePacked(list)),
                fleets[f].nonce(),
                deadline
            )
        );
        (bytes memory signatures, bool good) = signedBy(seed, f, hash);
        fleets[f].setSigners(k, list, deadline, signatures);
        expectRight(good && k == 2 && (kind == 1 || kind > 3), "setSigners");
        signerBase[f] = base;
        decidedAt(f, abi.encodeCall(Fleet.setSigners, (k, list, deadline, signatures)));
    }

    function bumpFleetEpoch(uint256 seed) external {
        uint256 f = pick(seed, "fleet", 2);
        uint64 deadline = soon();
        bytes32 hash = keccak256(
            abi.encode(keccak256("BumpFleetEpoch(uint64 nonce,uint64 deadline)"), fleets[f].nonce(), deadline)
        );
        (bytes memory signatures, bool good) = signedBy(seed, f, hash);
        fleets[f].bumpEpoch(deadline, signatures);
        expectRight(good, "bumpFleetEpoch");
        fleetEpoch[f] += 1;
        decidedAt(f, abi.encodeCall(Fleet.bumpEpoch, (deadline, signatures)));
    }

    function decidedAt(uint256 f, bytes memory call) internal {
        fleetNonce[f] += 1;
        spent = call;
        spentAt = fleets[f];
    }

    function replay(uint256) external {
        (bool done,) = address(spentAt).call(spent);
        if (done && address(spentAt) != address(0)) decidedTwice = true;
    }

    // --- releases ---

    function publish(uint256 seed) external watchingChannel(seed) {
        uint32 version = uint32(channel.newest() + pick(seed, "version", 3));
        Release memory release = releaseOf(version);
        release.rollout = uint16(pick(seed, "rollout", 500));
        release.floor = uint32(pick(seed, "floor", uint256(version) + 2));
        if (pick(seed, "usual", 4) != 0) release.floor = channel.floor();
        uint64 deadline = soon();
        (bytes memory signatures, bool good) = releaseSigned(seed, publishHash(release, deadline));
        channel.publish(release, deadline, signatures);
        expectRight(good && flags & 1 == 0, "publish");
        if (recordOf[version] != 0) reusedVersion = true;
        recordOf[version] = channel.records(version);
        versions.push(version);
        counted = 0;
    }

    function widen(uint256 seed) external {
        uint16 to = uint16(channel.rollout() + pick(seed, "by", 100));
        address by = actor(seed, vm.addr(RELEASE_KEY + pick(seed, "which", 3)));
        uint8 before = channel.flags();
        uint32 version = channel.newest() + (pick(seed, "other", 8) == 0 ? 1 : 0);
        vm.prank(by);
        channel.widen(version, to);
        bool right = by == vm.addr(RELEASE_KEY) || by == vm.addr(RELEASE_KEY + 1) || by == vm.addr(RELEASE_KEY + 2);
        expectRight(right && to <= 1000, "widen");
        if (before != 0) startedAgain = true;
        rollout = channel.rollout();
    }

    function narrow(uint256 seed) external watchingChannel(seed) {
        address by = actor(seed, channelGuardian);
        uint16 to = pick(seed, "less", 2) == 0 ? channel.rollout() / 2 : uint16(pick(seed, "to", 1001));
        uint32 version = channel.newest();
        vm.prank(by);
        channel.narrow(version, to);
        expectRight(by == channelGuardian, "narrow");
    }

    function withdraw(uint256 seed) external watchingChannel(seed) {
        address by = actor(seed, channelGuardian);
        if (pick(seed, "seldom", 3) != 0) revert Failed("not now");
        uint32 version = uint32(pick(seed, "version", uint256(channel.newest()) + 1));
        vm.prank(by);
        channel.withdraw(version);
        expectRight(by == channelGuardian && uint256(recordOf[version]) > 1, "withdraw");
        recordOf[version] = bytes32(uint256(1));
    }

    function pauseChannel(uint256 seed) external watchingChannel(seed) {
        if (pick(seed, "seldom", 3) != 0) revert Failed("not now");
        address by = actor(seed, channelGuardian);
        vm.prank(by);
        channel.pause();
        expectRight(by == channelGuardian, "pauseChannel");
    }

    function resumeChannel(uint256 seed) external watchingChannel(seed) {
        uint64 deadline = soon();
        bytes32 hash = keccak256(
            abi.encode(
                keccak256("ResumeChannel(uint32 version,uint64 nonce,uint64 deadline)"),
                channel.newest(),
                channel.nonce(),
                deadline
            )
        );
        (bytes memory signatures, bool good) = releaseSigned(seed, hash);
        if (channel.flags() & 2 != 0) counted = 0;
        channel.resume(deadline, signatures);
        expectRight(good, "resumeChannel");
    }

    function reportFailure(uint256 seed) external watchingChannel(seed) {
        uint256 d = pick(seed, "device", DEVICES);
        uint32 version = channel.newest();
        Receipt memory receipt;
        receipt.outcome = pick(seed, "outcome", 6) == 0 ? 1 : 2;
        receipt.envelopeHash = keccak256(abi.encode(address(channel), version, IMAGE));
        receipt.counter = uint64(seed);
        uint256 key = pick(seed, "forged", 6) == 0 ? BOARD + 999 : boardKey[d];
        bytes memory signed = signature(key, receiptDigest(address(devices[d]), receipt));
        bytes32[] memory proof = manufactureProof(d);
        channel.reportFailure(address(devices[d]), receipt, signed, IMAGE, 1000, MANIFEST, proof);
        expectRight(
            receipt.outcome == 2 && key == boardKey[d] && devices[d].status() < Status.Stolen, "reportFailure"
        );
        if (seen[version][address(devices[d])]) countedTwice = true;
        seen[version][address(devices[d])] = true;
        counted += 1;
    }

    function manufactureLeaf(uint256 d) internal view returns (bytes32) {
        return keccak256(bytes.concat(keccak256(abi.encode(address(devices[d])))));
    }

    function manufactureProof(uint256 d) internal view returns (bytes32[] memory proof) {
        // a chain of three: ((0, 1), 2)
        proof = new bytes32[](d == 2 ? 1 : 2);
        proof[0] = d == 2 ? pair(manufactureLeaf(0), manufactureLeaf(1)) : manufactureLeaf(1 - d);
        if (d != 2) proof[1] = manufactureLeaf(2);
    }

    function pair(bytes32 a, bytes32 b) internal pure returns (bytes32) {
        return a < b ? keccak256(abi.encode(a, b)) : keccak256(abi.encode(b, a));
    }

    function setManufacture() internal {
        bytes32 root = pair(pair(manufactureLeaf(0), manufactureLeaf(1)), manufactureLeaf(2));
        uint64 deadline = soon();
        bytes32 hash = keccak256(
            abi.encode(
                keccak256("SetManufacture(bytes32 root,uint64 nonce,uint64 deadline)"), root, channel.nonce(), deadline
            )
        );
        channel.setManufacture(root, deadline, together(RELEASE_KEY, 2, typed(address(channel), hash)));
    }

    // --- strangers ---

    /// @dev Somebody without any role tries everything at every door.
    function intrude(uint256 seed) external {
        Device target = devices[pick(seed, "device", DEVICES)];
        Fleet fleet_ = fleets[pick(seed, "fleet", 2)];
        address nobody = address(0xBAD);
        bytes32 before = everything();
        bytes[29] memory calls = [
            abi.encodeCall(IDevice.setStatus, (target.status(), Status.Active)),
            abi.encodeCall(IDevice.retire, (soon(), "")),
            abi.encodeCall(IDevice.setFleet, (address(fleet_))),
            abi.encodeCall(IDevice.setChannel, (address(channel))),
            abi.encodeCall(Device.transferOwnership, (nobody)),
            abi.encodeCall(IDevice.acceptOwnership, (address(fleet_), address(channel))),
            abi.encodeCall(IDevice.approve, (target.channel(), 1, IMAGE)),
            abi.encodeCall(IDevice.clearApproval, ()),
            abi.encodeCall(IDevice.bumpEpoch, ()),
            abi.encodeCall(IDevice.activate, ()),
            abi.encodeCall(IDevice.restrain, (Status.Stolen)),
            abi.encodeCall(IDevice.append, (target.sequence() + 1, 0, soon(), 0, nobody, 0)),
            abi.encodeCall(IDevice.offerClaim, (nobody)),
            abi.encodeCall(
                IDevice.acceptClaim,
                (nobody, address(fleet_), address(channel), soon(), new bytes(65), new bytes(65))
            ),
            abi.encodeCall(IDevice.setAppChannel, (address(channel))),
            abi.encodeCall(IDevice.approveApp, (target.appChannel(), 1, IMAGE)),
            abi.encodeCall(IDevice.clearAppApproval, ()),
            abi.encodeCall(Fleet.append, (address(target), target.sequence() + 1, 0, soon())),
            abi.encodeCall(Fleet.batch, (bytes32(seed), soon())),
            abi.encodeCall(Fleet.pause, ()),
            abi.encodeCall(Fleet.suspend, (address(target))),
            abi.encodeCall(Fleet.reportStolen, (address(target))),
            abi.encodeCall(Fleet.clearApproval, (address(target))),
            abi.encodeCall(Fleet.approveApp, (address(target), target.appChannel(), 1, IMAGE)),
            abi.encodeCall(Fleet.clearAppApproval, (address(target))),
            abi.encodeCall(Fleet.anchorReceipts, (bytes32(seed))),
            abi.encodeCall(ReleaseChannel.widen, (channel.newest(), 1000)),
            abi.encodeCall(ReleaseChannel.narrow, (channel.newest(), 0)),
            abi.encodeCall(ReleaseChannel.pause, ())
        ];
        uint256 which = pick(seed, "call", 29);
        address at = which < 17 ? address(target) : which < 26 ? address(fleet_) : address(channel);
        vm.prank(nobody);
        (bool done,) = at.call(calls[which]);
        expectRight(!done && everything() == before, "intrude");
    }

    function initialiseAgain(uint256 seed) external {
        address nobody = address(0xBAD);
        uint256 which = pick(seed, "what", 6);
        bytes memory call = which < 2
            ? abi.encodeCall(IDevice.initialize, (nobody, nobody, address(fleets[0]), address(channel)))
            : which < 4
                ? abi.encodeCall(IFleet.initialize, (fleetSetup()))
                : abi.encodeCall(IReleaseChannel.initialize, (channelSetup()));
        address[6] memory targets = [
            address(devices[pick(seed, "device", DEVICES)]),
            address(deviceCode),
            address(fleets[pick(seed, "fleet", 2)]),
            address(fleetCode),
            address(channel),
            address(channelCode)
        ];
        (bool done,) = targets[which].call(call);
        if (done) initialisedAgain = true;
    }

    function passTime(uint256 seed) external {
        vm.warp(block.timestamp + pick(seed, "time", 3 days));
    }

    function everything() internal view returns (bytes32 all) {
        for (uint256 i; i < DEVICES; ++i) {
            all = keccak256(abi.encode(all, slots(address(devices[i]))));
        }
        return keccak256(
            abi.encode(all, slots(address(fleets[0])), slots(address(fleets[1])), slots(address(channel)))
        );
    }

    // --- what the invariants compare with ---

    function channelRollout() external view returns (uint16) {
        return channel.rollout();
    }

    function channelFloor() external view returns (uint32) {
        return channel.floor();
    }

    function channelFailures() external view returns (uint32) {
        return channel.failures(channel.newest());
    }

    function channelRecord(uint32 version) external view returns (bytes32) {
        return channel.records(version);
    }

    function versionCount() external view returns (uint256) {
        return versions.length;
    }

    function versionAt(uint256 index) external view returns (uint32) {
        return versions[index];
    }
}
