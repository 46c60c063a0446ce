/** A claim code for a board: made, offered on chain, and kept out of everything that it was not asked for in. */
import * as fs from 'node:fs';
import type { Contracts, Hex, Sent } from '../../contracts/client/index.js';
import { writeSecretFile } from '../keys/secretFile.js';
import { claimCode } from './code.js';
import { claimKeyOf, newClaimSecret } from './key.js';
import { labelSvg, labelZpl, terminalQr } from './label.js';

/** Files that get the code, and its label; each is made new, for this user only. */
export interface ClaimCodeFiles {
  file: string | undefined;
  label: string | undefined;
  /** The label for a label printer. */
  zpl?: string;
}

export interface OfferOptions extends ClaimCodeFiles {
  /** Printed on the labels. */
  serialNumber?: string;
  /** Told the address of the claim key when the files lie there, before the chain is told. */
  onWritten?(claimKey: Hex): void;
}

export interface OfferedCode {
  /** Address of the claim key. */
  claimKey: Hex;
  /** The code itself, for whoever asks for it by name. */
  reveal(): string;
  /** It appears in no JSON. */
  toJSON(): undefined;
  /** The code and its QR, for people. */
  lines(): string[];
  sent: Sent;
}

/**
 * Offers the device to a fresh claim key, as its owner. The files are written before the chain is told, and taken away
 * again where it refuses.
 *
 * @throws Failure `exists`, `file`; ContractError
 */
export async function offerClaimCode(
  contracts: Contracts,
  device: Hex,
  { file, label, onWritten, serialNumber, zpl }: OfferOptions,
): Promise<OfferedCode> {
  const secret = newClaimSecret();
  const facts = { chainId: contracts.chain.chainId, device, code: claimCode(secret), serialNumber };
  const claimKey = claimKeyOf(secret).address;
  const written: string[] = [];
  const write = (path: string | undefined, text: string) => {
    if (path === undefined) return;
    writeSecretFile(path, text);
    written.push(path);
  };
  try {
    write(file, `${facts.code}\n`);
    write(label, labelSvg(facts));
    write(zpl, labelZpl(facts));
    onWritten?.(claimKey);
    const sent = await contracts.device.offerClaim(device, claimKey);
    return {
      claimKey,
      sent,
      reveal: () => facts.code,
      toJSON: () => undefined,
      lines: () => [...terminalQr(facts), `Claim code   ${facts.code}`],
    };
  } catch (error) {
    for (const path of written) fs.rmSync(path, { force: true });
    throw error;
  }
}
