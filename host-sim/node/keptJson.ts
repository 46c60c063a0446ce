/** The part of an answer that a board would keep, of a value that was parsed already. */
import { encodeText } from '../../firmware/bytes/text.js';
import { rejected } from '../../firmware/bytes/verdict.js';
import { portableJson } from '../../firmware/json/portable.js';
import { JsonScan, type ScanVerdict } from '../../firmware/json/scan.js';
import type { Kept, Shape } from '../../firmware/json/shape.js';
import { headerFromJson, headerShape } from '../../firmware/proof/headerFromJson.js';
import type { Witness, WitnessRequest, WitnessVerdict } from '../../firmware/proof/witness.js';
import { proofShape, witnessFromRpc } from '../../firmware/proof/witnessFromRpc.js';

/** Without a limit of what is kept together. */
export function keptJson<S extends Shape>(shape: S, value: unknown): ScanVerdict<S> {
  const text = JSON.stringify(value);
  if (text === undefined) return rejected('malformed', 'no JSON');
  const bytes = encodeText(text);
  const scan = new JsonScan(portableJson(), shape, 4 * bytes.length + 256);
  scan.push(bytes);
  return scan.end();
}

/** `headerFromJson` of a block as JSON.parse gives it. */
export function headerOfBlock(block: unknown): ReturnType<typeof headerFromJson> {
  const kept = keptJson(headerShape, block);
  return kept.verdict === 'accepted' ? headerFromJson(kept.value) : rejected('malformed', kept.evidence);
}

/** `witnessFromRpc` of results as JSON.parse gives them. */
export function witnessOfResults(
  request: Pick<WitnessRequest, 'number' | 'accounts'>,
  block: unknown,
  results: readonly unknown[],
): WitnessVerdict<Witness> {
  const header = keptJson(headerShape, block);
  if (header.verdict === 'rejected') return rejected('malformed', header.evidence);
  const proofs: Kept<typeof proofShape>[] = [];
  for (const result of results) {
    const proof = keptJson(proofShape, result);
    if (proof.verdict === 'rejected') return rejected('malformed', proof.evidence);
    proofs.push(proof.value);
  }
  return witnessFromRpc(request, header.value, proofs);
}
