import { type Contracts, type DeviceFacts, signerFromKey } from '../../../contracts/client/index.js';
import { CLAIM_LIFETIME_SECONDS_MAX } from '../../../firmware/contract/claim.js';
import { accessFor } from '../../board/accessFile.js';
import { plainKeyWarning } from '../../board/owner.js';
import { registeredDevice } from '../../board/registered.js';
import { shownLine } from '../../board/shownChange.js';
import { successorOf } from '../../board/successor.js';
import { takeOver } from '../../board/takeOver.js';
import { type GivenCode, givenCode, refuseOtherLabel } from '../../claim/given.js';
import { defineCommand, flag } from '../../cli/command.js';
import { Failure } from '../../cli/failure.js';
import { address, duration, path, text } from '../../cli/kinds.js';
import { signClaim } from '../../console/claiming.js';
import { connectAnew } from '../../console/connectAnew.js';
import { consoleFlags, openConsole } from '../../console/open.js';
import { setTrustAtConsole } from '../../console/settingTrust.js';
import { trustOf } from '../../console/trustFile.js';
import {
  connectionFlags,
  deviceOperand,
  imagesFlag,
  proofFlags,
  senderFlags,
  signerFlags,
} from '../../settings/flags.js';
import { Settings, signerOf } from '../../settings/settings.js';

export default defineCommand({
  summary: 'Claim a board with the code from its box and the board itself (buyer)',
  details:
    'The claim key of the code and the board, at its console, sign who gets it, with which fleet and channel; anybody may\n' +
    'send that. The former owner need not be there. The code is best typed when asked for, or read from a file: an\n' +
    'argument is seen by other programs, though without the board in hand it is worth nothing.',
  example: 'holdfast device claim --serial /dev/ttyUSB0 --code-file code.txt',
  operands: { ...deviceOperand },
  flags: {
    ...proofFlags,
    ...senderFlags,
    ...signerFlags,
    ...consoleFlags,
    ...imagesFlag,
    ...connectionFlags,
    code: flag(
      text('CODE', 256),
      'the code, or what its QR holds; - for standard input (default: asked for)',
    ),
    'code-file': flag(path, 'the code in a file that only you can read'),
    owner: flag(address, 'who is to own it (default: the account that pays)'),
    trust: flag(
      path,
      'its new trust configuration (as for holdfast device set-trust), set at the console by its new owner',
    ),
    fleet: flag(address, 'the fleet that it will obey'),
    channel: flag(address, 'the release channel that it will follow'),
    life: flag(
      duration(CLAIM_LIFETIME_SECONDS_MAX),
      'how long the claim is good, 1h at most (default 15m)',
      900,
    ),
  },
  run: async input => {
    const { flags, operands } = input;
    const given = await givenCode(input, { code: flags.code, file: flags['code-file'] });
    const settings = new Settings({ ...flags, device: operands.device ?? given.device });
    const device = settings.need('device');
    const contracts = await settings.chainAs(input, 'owner', flags.keystore);
    refuseOtherLabel(given, contracts.chain.chainId, device);
    const before = await registeredDevice(contracts, device);
    refuseOtherCode(before, given);
    const { channel, fleet } = await successorOf(input, settings, contracts, before);
    const trust = await trustOf(input, settings, contracts, fleet);
    const newOwner = flags.owner ?? contracts.key.address;
    await plainKeyWarning(input, contracts, newOwner);
    const deadline = (await contracts.chain.now()) + flags.life;
    const claim = { newOwner, fleet, channel, deadline };
    // Made before anybody listens: the board is heard by the access that it will be told.
    if (settings.find('broker') !== undefined) accessFor(settings.home, device);
    const console = await openConsole('device claim', input, settings);
    try {
      const signatures = {
        board: await signClaim(console, contracts, before, claim),
        claimKey: await signedByCode(contracts, given, before, claim),
      };
      const { blockNumber, transactionHash } = await contracts.device.acceptClaim(device, claim, signatures);
      const { epoch, owner } = await contracts.device.read(device);
      input.note(`Claimed in block ${blockNumber}: ${owner} owns it, in epoch ${epoch}.`);
      const connect = () => connectAnew(input, console, settings, { device, ...flags });
      const atConsole = async () => {
        const facts = await contracts.device.read(device);
        const signs = facts.owner === contracts.key.address;
        const signer = await signerOf(contracts.key);
        const { wait = 600 } = flags;
        const wish = { console, contracts, facts, signer, trust: trust!.trust, waitSeconds: wait };
        const adopted = signs && (await setTrustAtConsole(input, wish));
        input.note(
          adopted ? 'The board adopted the trust at its console.' : 'The fleet’s signers order the trust.',
        );
        await connect();
        return adopted;
      };
      if (!trust) await connect();
      // A board in a directory runs for as long as its console is open.
      const taken = await takeOver(input, {
        ...{ settings, contracts, device, block: blockNumber, flags },
        trust: trust && { ...trust, atConsole },
      });
      const ok = taken.set?.order.ok ?? true;
      return { ok, device, owner, fleet, channel, epoch, blockNumber, transactionHash, ...taken };
    } finally {
      await console.close();
    }
  },
  show: ({ channel, device, epoch, fleet, owner, shown }) => [
    `${device} belongs to ${owner}; it obeys ${fleet} and follows ${channel}, in epoch ${epoch}.`,
    shownLine(shown),
  ],
});

async function signedByCode(
  contracts: Contracts,
  { key }: GivenCode,
  { address: device }: DeviceFacts,
  claim: Parameters<Contracts['device']['claimData']>[1],
) {
  const signer = await signerFromKey(key.privateKey);
  return signer.signTypedData(await contracts.device.claimData(device, claim));
}

/** Before anything is signed: a wrong code should not cost a walk to the board. */
function refuseOtherCode(
  { address: device, pendingByClaim, pendingOwner, status }: DeviceFacts,
  { key }: GivenCode,
) {
  if (status === 'Stolen' || status === 'Retired') {
    throw new Failure(
      'device_status',
      `${device} is ${status === 'Stolen' ? 'reported stolen' : 'retired'}: it is handed to nobody. Ask whoever sold it.`,
    );
  }
  if (pendingByClaim && pendingOwner === key.address) return;
  throw new Failure(
    'claim_code',
    pendingByClaim
      ? `This code is not the one that ${device} is offered to: it is of another board, or the owner made a newer one.`
      : `${device} is not offered to a claim code: it was claimed before, or the owner called the offer off.`,
  );
}
