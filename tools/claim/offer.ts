/** A claim code made for a board, and where it is allowed to appear. */
import * as fs from 'node:fs';
import type { Hex } from '../cli/kinds.js';
import { writeSecretFile } from '../keys/secretFile.js';
import { claimCode } from './code.js';
import { claimKeyOf, newClaimSecret } from './key.js';
import { labelSvg, terminalQr } from './label.js';

export interface ClaimCodeWish {
  chainId: number;
  device: Hex;
  /** Files that get the code, and its label; each is made new, for this user only. */
  file: string | undefined;
  label: string | undefined;
}

export interface MadeClaimCode {
  /** Address of the claim key. */
  claimKey: Hex;
  /** The code itself, for whoever asks for it by name. */
  reveal(): string;
  /** It appears in no JSON. */
  toJSON(): undefined;
  /** The code and its QR, for people. */
  lines(): string[];
  /** Takes the files away again, where the offer did not come about. */
  withdraw(): void;
}

/** Makes a fresh code and writes its files, before the chain is told. @throws Failure `exists`, `file` */
export function makeClaimCode({ chainId, device, file, label }: ClaimCodeWish): MadeClaimCode {
  const secret = newClaimSecret();
  const facts = { chainId, device, code: claimCode(secret) };
  const written: string[] = [];
  const withdraw = () => {
    for (const path of written) fs.rmSync(path, { force: true });
  };
  const write = (path: string | undefined, text: string) => {
    if (path === undefined) return;
    writeSecretFile(path, text);
    written.push(path);
  };
  try {
    write(file, `${facts.code}\n`);
    write(label, labelSvg(facts));
  } catch (error) {
    withdraw();
    throw error;
  }
  return {
    claimKey: claimKeyOf(secret).address,
    reveal: () => facts.code,
    toJSON: () => undefined,
    lines: () => [...terminalQr(facts), `Claim code   ${facts.code}`],
    withdraw,
  };
}
