/** Flags that many commands share. A flag that is left away is looked for in the project file (settings.ts). */
import { flag, flags, toggle } from '../cli/command.js';
import { address, path, url } from '../cli/kinds.js';

export const projectFlag = { project: flag(path, 'the project file, instead of .holdfast/project.json') };

export const chainFlags = {
  rpc: flag(url('http', 'https'), 'the chain, JSON-RPC over HTTP'),
  ...projectFlag,
};

export const senderFlags = { keystore: flag(path, 'keystore of the key that acts and pays') };

export const signerFlags = { signer: flags(path, 'keystore of one who signs') };

export const boardFlags = {
  ...chainFlags,
  broker: flag(url('mqtt', 'mqtts'), 'the MQTT broker'),
  device: flag(address, "the board's Device contract"),
};

export const deviceFlags = { ...chainFlags, device: flag(address, "the board's Device contract") };

export const fleetFlags = { ...chainFlags, fleet: flag(address, 'the fleet') };

export const channelFlags = { ...chainFlags, channel: flag(address, 'the release channel') };

export const imagesFlag = { images: flag(url('http', 'https'), 'the image server') };

export const mineFlag = { 'no-mine': toggle('do not mine a development chain to finality') };

export const receiptsFlag = {
  receipts: flag(path, 'where receipts are kept', '.holdfast/receipts.jsonl'),
};
