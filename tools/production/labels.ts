/** The labels of a production line: two files a board, and all of them on one page to print, and as one job for a label printer. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { writeWholeFiles } from '../cli/wholeFiles.js';

export interface LabelFiles {
  /** SVG. */
  label: string;
  zpl: string;
}

/** The files of one board. Whoever reads them can claim it. */
export const labelFiles = (folder: string, serialNumber: string): LabelFiles => ({
  label: join(folder, `${serialNumber}.svg`),
  zpl: join(folder, `${serialNumber}.zpl`),
});

export interface LabelSheet {
  page: string;
  job: string;
  /** Labels on it. */
  count: number;
}

/** Writes `labels.html` and `labels.zpl` of those boards that have a label there, in their order, for this user only. */
export function writeSheet(folder: string, serialNumbers: readonly string[]): LabelSheet | undefined {
  const there = serialNumbers
    .map(serialNumber => labelFiles(folder, serialNumber))
    .filter(({ label, zpl }) => existsSync(label) && existsSync(zpl));
  if (there.length === 0) return undefined;
  const [page, job] = [join(folder, 'labels.html'), join(folder, 'labels.zpl')];
  const read = (path: string) => readFileSync(path, 'utf8');
  writeWholeFiles(
    [
      [page, pageOf(there.map(({ label }) => read(label)))],
      [job, there.map(({ zpl }) => read(zpl)).join('')],
    ],
    0o600,
  );
  return { page, job, count: there.length };
}

/** A page that prints as many labels as fit, each whole. */
const pageOf = (labels: readonly string[]): string => `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>Holdfast labels</title>
<style>
@page { margin: 10mm }
body { margin: 4mm; display: flex; flex-wrap: wrap; gap: 2mm; background: #fff }
body > svg { break-inside: avoid; outline: 0.2mm dashed #999; max-width: 100% }
@media print { body { margin: 0 } }
</style>
${labels.join('')}</html>
`;
