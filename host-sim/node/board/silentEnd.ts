/** The end of a run that could say nothing itself, recorded by the start after it; and the hash of the image that ran. */
import { createHash } from 'node:crypto';
import type { Flash } from '../../../firmware/port/flash.js';
import { headerLength, parseHeader } from '../../../firmware/store/imageHeader.js';
import { keepCrash } from './crashWriter.js';
import type { SilentEnd } from './failureRow.js';

/** Keeps the end of the run before, of the image in a slot. */
export function keepSilentEnd(flash: Flash, reason: SilentEnd, slot: 'A' | 'B'): void {
  const partition = flash.open(slot === 'A' ? 'slotA' : 'slotB');
  const header = parseHeader(partition.read(0, headerLength));
  if (header.verdict !== 'accepted' || header.value.length > partition.size) return;
  const imageHash = hashOf(partition.read(0, header.value.length));
  keepCrash(flash.open('crash'), { reason, imageHash, uptime: 0, description: '' });
}

/** SHA-256 of an image. */
export const hashOf = (image: Uint8Array): Uint8Array =>
  new Uint8Array(createHash('sha256').update(image).digest());
