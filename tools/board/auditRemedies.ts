/** The next step for each kind of finding of an audit: what is missing can often be had, what was changed cannot. */
import type { Finding } from './auditReceipts.js';

const MISSED =
  'holdfast receipts asks the board again for what is missing here and whose envelope is kept here. Another operator’s ' +
  'orders have their envelopes and receipts there: run it there, or name a file of both with --receipts.';

const remedies: Readonly<Record<Finding['rule'], string>> = {
  gap: MISSED,
  count: MISSED,
  link: MISSED,
  signature:
    'A line of the receipts file is not this board’s: see who writes to that file, take the line out, then holdfast receipts.',
  previous:
    'Receipts were exchanged, or the board’s flash was set back: compare with another operator’s file. If both agree, holdfast device suspend and look at the board.',
  conflict:
    'The board’s key signed twice under one number: it is in a second pair of hands, or its flash was set back. holdfast device suspend, then rotate-key with the board at your console.',
  head: 'What the endpoint and the board say does not go together: ask another endpoint (--rpc URL). If it stays, believe neither and keep the files.',
};

/** The steps for these findings, each once, in the order of the findings. */
export const nextSteps = (findings: readonly Finding[]): string[] => [
  ...new Set(findings.map(({ rule }) => remedies[rule])),
];
