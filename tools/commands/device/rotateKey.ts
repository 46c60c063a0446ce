import { registeredDevice } from '../../board/registered.js';
import { showChange, shownLine } from '../../board/shownChange.js';
import { defineCommand, flag } from '../../cli/command.js';
import { duration } from '../../cli/kinds.js';
import { consoleFlags, openConsole } from '../../console/open.js';
import { signRotation } from '../../console/rotation.js';
import { deviceOperand, proofFlags, signerFlags } from '../../settings/flags.js';
import { Settings } from '../../settings/settings.js';

const HOUR = 3600;

export default defineCommand({
  summary: 'Give a board a new key (signers, with the board at its console)',
  details:
    'The board makes its next key itself and signs with both; the fleet’s signers agree. The Device keeps its address, and\n' +
    'a new epoch begins. The board signs with the old key until the change is final, and erases it then.',
  example: 'holdfast device rotate-key --serial /dev/ttyUSB0 --signer alice.json --signer bob.json',
  operands: { ...deviceOperand },
  flags: {
    ...proofFlags,
    ...signerFlags,
    ...consoleFlags,
    life: flag(duration(HOUR), 'how long the signatures are good, 1h at most (default 15m)', 900),
  },
  run: async input => {
    const { flags, operands } = input;
    const settings = new Settings({ ...flags, device: operands.device });
    const signers = await settings.signers(input, 'signers', flags.signer);
    const contracts = await settings.chainWith(signers[0]);
    const device = settings.need('device');
    const before = await registeredDevice(contracts, device);
    const deadline = (await contracts.chain.now()) + flags.life;
    const console = await openConsole('device rotate-key', input, settings);
    try {
      const { newKey, ...signatures } = await signRotation(console, contracts, before, deadline);
      const authority = { ...(await settings.authority(signers)), deadline };
      const { blockNumber, transactionHash } = await contracts.fleet.rotateDeviceKey(
        before.fleet,
        device,
        newKey,
        signatures,
        authority,
      );
      input.note(`The key is ${newKey} on chain since block ${blockNumber}.`);
      const change = { settings, contracts, device, block: blockNumber, flags, formerKey: before.key };
      const shown = await showChange(input, change);
      const { epoch } = await contracts.device.read(device);
      return { ok: true, device, oldKey: before.key, newKey, epoch, blockNumber, transactionHash, shown };
    } finally {
      await console.close();
    }
  },
  show: ({ device, epoch, newKey, oldKey, shown }) => [
    `${device} has the key ${newKey} in place of ${oldKey}, in epoch ${epoch}.`,
    shownLine(shown),
    'Orders that are still wanted: holdfast device relink.',
  ],
});
