/** The claim code for a board's box, as text and as a QR: lines of a terminal, and a label to print. */
import encodeQR from 'qr';
import type { Hex } from '../cli/kinds.js';
import { NotAClaimCode } from './code.js';

export interface Label {
  chainId: number;
  /** The board's Device, lower case. */
  device: Hex;
  code: string;
  /** The maker's own number of the board: letters, digits, dots, dashes and underscores, 36 at most. */
  serialNumber?: string;
}

/** Light modules around a QR, as its standard asks (ISO/IEC 18004, 9.1). */
const QUIET_MODULES = 4;

/** The text in a QR: capitals and digits only, which make it small. */
export const qrText = ({ chainId, code, device }: Label): string =>
  `HOLDFAST:${chainId}:${device.slice(2).toUpperCase()}:${code.replaceAll('-', '')}`;

const QR_TEXT = /^HOLDFAST:([0-9]{1,15}):([0-9A-F]{40}):([0-9A-Z]{35})$/;

/** A code, or all of a QR's text. @throws NotAClaimCode for a QR of another kind */
export function readQrText(text: string): { code: string; chainId?: number; device?: Hex } {
  const trimmed = text.trim();
  if (!/^holdfast:/i.test(trimmed)) return { code: trimmed };
  const match = QR_TEXT.exec(trimmed.toUpperCase());
  if (!match) throw new NotAClaimCode('the QR holds no whole claim code');
  return { chainId: Number(match[1]), device: `0x${match[2].toLowerCase()}` as Hex, code: match[3] };
}

const modules = (label: Label): boolean[][] =>
  encodeQR(qrText(label), 'raw', { ecc: 'medium', border: QUIET_MODULES });

/** Lines of half blocks, two modules high: light modules are drawn, for terminals with a dark ground. */
export function terminalQr(label: Label): string[] {
  const rows = modules(label);
  const lines: string[] = [];
  for (let y = 0; y < rows.length; y += 2) {
    lines.push(rows[y].map((dark, x) => halfBlock(!dark, !(rows[y + 1]?.[x] ?? true))).join(''));
  }
  return lines;
}

const halfBlock = (upper: boolean, lower: boolean): string =>
  upper ? (lower ? '█' : '▀') : lower ? '▄' : ' ';

/** A label of 60 × 40 mm to print: QR, code and Device. The text holds nothing but what was computed here. */
export function labelSvg(label: Label): string {
  const rows = modules(label);
  const size = rows.length;
  const dark = rows.flatMap((row, y) => row.flatMap((on, x) => (on ? [`M${x} ${y}h1v1h-1z`] : [])));
  const groups = label.code.split('-');
  const text = (y: number, line: string) =>
    `<text x="37" y="${y}" font-family="monospace" font-size="2.6">${line}</text>`;
  return [
    '<svg xmlns="http://www.w3.org/2000/svg" width="60mm" height="40mm" viewBox="0 0 60 40">',
    '<rect width="60" height="40" fill="#fff"/>',
    `<svg x="1" y="2" width="35" height="35" viewBox="0 0 ${size} ${size}" shape-rendering="crispEdges"><path d="${dark.join('')}"/></svg>`,
    text(5, 'Claim code'),
    text(8.5, `chain ${label.chainId}`),
    ...[groups.slice(0, 2), groups.slice(2, 4), groups.slice(4, 6), groups.slice(6)].map((line, index) =>
      text(13.5 + 3.8 * index, line.join('-')),
    ),
    ...numberLines(label, 14).map((line, index) => text(29 + 2.9 * index, line)),
    '<text x="1" y="38.5" font-family="monospace" font-size="1.9">',
    `${label.device}</text>`,
    '</svg>',
    '',
  ].join('\n');
}

/** The number in lines of a label; of the longest there are three. */
const numberLines = ({ serialNumber }: Label, characters: number): string[] =>
  serialNumber === undefined
    ? []
    : (`No. ${serialNumber}`.match(new RegExp(`.{1,${characters}}`, 'g')) ?? []);

/**
 * The same label for a label printer, in ZPL II: 60 × 40 mm at 203 dots an inch. The printer draws the QR itself. Nothing in
 * it can be taken for a command: no caret and no tilde is in a code, an address or a serial number.
 */
export function labelZpl(label: Label): string {
  const groups = label.code.split('-');
  const lines = ['Holdfast claim code', ...[0, 2, 4, 6].map(from => groups.slice(from, from + 2).join('-'))];
  lines.push(...numberLines(label, 20));
  const text = (x: number, y: number, line: string) => `^FO${x},${y}^A0N,22,20^FD${line}^FS`;
  return [
    '^XA^CI28^PW480^LL320',
    `^FO16,8^BQN,2,6^FDMA,${qrText(label)}^FS`,
    ...lines.map((line, index) => text(270, 24 + 34 * index, line)),
    text(16, 270, label.device),
    text(16, 294, `chain ${label.chainId}`),
    '^XZ',
    '',
  ].join('\n');
}
