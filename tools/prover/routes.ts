/**
 * The questions of boards as paths, the same over HTTP and MQTT. Paths come from anybody: a path that is not exactly
 * one of these is refused.
 */

import { PIECE_BITS_BYTES, type PieceQuestion } from '../../firmware/beacon/absentPieces.js';
import { fromHex } from '../../firmware/bytes/hex.js';
import { parseLinkRequest } from '../../firmware/command/linkWire.js';
import { decodeWitnessRequest, WITNESS_REQUEST_BYTES_MAX } from '../../firmware/proof/witnessRequest.js';
import type { Prover } from './prover.js';
import { type FileQuestion, fileKinds } from './releaseFiles.js';

/** A bad question; nothing was asked of anybody. */
export class BadQuestion extends Error {}

/** The longest path: a witness request in hexadecimal. */
export const PATH_CHARACTERS_MAX = 64 + 2 * WITNESS_REQUEST_BYTES_MAX;

/** The answer to a path, or undefined when there is none. @throws BadQuestion, and what the prover throws */
export async function answerPath(prover: Prover, path: string): Promise<Uint8Array | undefined> {
  if (path.length > PATH_CHARACTERS_MAX) throw new BadQuestion('the path is too long');
  const file = fileQuestion(path);
  // A file that is not to be had is an empty answer: a board that waits in vain takes the prover for silent.
  if (file) return (await prover.file(file).catch(() => undefined)) ?? new Uint8Array(0);
  const [, kind, value = '', query = ''] =
    /^\/light\/v1\/([a-z-]{1,32})(?:\/([0-9a-fx/]*))?(?:\?([0-9a-z=&]{1,200}))?$/.exec(path) ?? [];
  if (kind === 'checkpoint' && value === '') {
    const asked = new URLSearchParams(query);
    return prover.checkpoint(optional(asked.get('challenge'), 32), optional(asked.get('fleet'), 20));
  }
  if (kind === 'checkpoint-keys')
    return prover.rotation(hash(value), optional(new URLSearchParams(query).get('fleet'), 20));
  if (query !== '') throw new BadQuestion('no such question');
  if (kind === 'finality' && value === '') return prover.finality();
  if (kind === 'newest' && value === '') return prover.newest();
  if (kind === 'links') {
    const request = parseLinkRequest(bytes(value));
    if (request.verdict === 'rejected') throw new BadQuestion(request.evidence);
    return prover.links(request.value);
  }
  if (kind === 'bootstrap') return prover.bootstrap(hash(value));
  if (kind === 'committee') return prover.committee(period(value));
  if (kind === 'absent') return prover.absent(piece(value));
  if (kind === 'witness') return answerWitness(prover, bytes(value));
  if (kind === 'checkpoint-key-set') return prover.keySet(hash(value));
  throw new BadQuestion('no such question');
}

const FILE_PATH = new RegExp(`^/light/v1/file/(${fileKinds.join('|')})/([0-9a-f]{64})/([0-9]{1,8})$`);

function fileQuestion(path: string): FileQuestion | undefined {
  const [, kind, name, from] = FILE_PATH.exec(path) ?? [];
  return kind === undefined ? undefined : { kind: kind as FileQuestion['kind'], name, from: Number(from) };
}

/** `encoded` is a witness request. */
export async function answerWitness(prover: Prover, encoded: Uint8Array): Promise<Uint8Array | undefined> {
  const request = decodeWitnessRequest(encoded);
  if (request.verdict === 'rejected') throw new BadQuestion(request.evidence);
  return prover.witness(request.value);
}

function bytes(text: string): Uint8Array {
  const value = text.startsWith('0x') ? fromHex(text) : undefined;
  if (!value) throw new BadQuestion('no bytes in hexadecimal');
  return value;
}

function optional(text: string | null, length: number): Uint8Array | undefined {
  if (text === null) return undefined;
  const value = bytes(text);
  if (value.length !== length) throw new BadQuestion(`no ${length} bytes`);
  return value;
}

function hash(text: string): Uint8Array {
  const value = bytes(text);
  if (value.length !== 32) throw new BadQuestion('no hash of 32 bytes');
  return value;
}

/** A piece of a committee, of which some are absent: there is no proof of nothing. */
function piece(text: string): PieceQuestion {
  const [ofPeriod, place = '', ofBits = '', more] = text.split('/');
  if (!/^[0-7]$/.test(place) || more !== undefined) throw new BadQuestion('no piece of a committee');
  const bits = bytes(ofBits);
  if (bits.length !== PIECE_BITS_BYTES || bits.every(byte => byte === 0xff))
    throw new BadQuestion('no bits of a piece of which some are absent');
  return { period: period(ofPeriod), piece: Number(place), bits };
}

function period(text: string): number {
  if (!/^[0-9]{1,9}$/.test(text)) throw new BadQuestion('no period');
  return Number(text);
}
