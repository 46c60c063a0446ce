/** The places that an image's segments take in a chip's memory, checked as its bootloader would, and more. */
import { Failure } from '../cli/failure.js';
import { type Chip, type ChipRange, chips } from './chips.js';
import type { EspImage, EspSegment } from './espImage.js';

/** Addresses below it mean nothing: such a segment fills the file up to a page. */
const FILLING_BELOW = 0x1_0000;

/** Loads from flash are mapped, so that address and place in the file must agree within a page of so many bits. */
const PAGE_BITS = 16;

/** An application: part of it is mapped from flash. @throws Failure `image_address`, `image_page`, `image_entry` */
export function checkApplicationLoads(image: EspImage, pageBits = PAGE_BITS): void {
  const chip = chips[image.target];
  if (!chip.pageBits.includes(pageBits))
    throw new Failure('image_page', `The ${image.target} has no pages of flash of 2^${pageBits} bytes.`);
  const placed = placesOf(image, chip);
  const page = 2 ** pageBits;
  for (const { range, segment } of placed) {
    if (range.kind === 'flash' && segment.address % page !== segment.at % page)
      throw new Failure(
        'image_page',
        `The segment for ${hex(segment.address)} lies at ${hex(segment.at)} in the file: they differ within a page.`,
      );
  }
  checkEntry(image, placed);
}

/** A bootloader: all of it is loaded into RAM. @throws Failure `image_address`, `image_entry` */
export function checkBootloaderLoads(image: EspImage): void {
  const placed = placesOf(image, chips[image.target]);
  for (const { range, segment } of placed) {
    if (range.kind === 'flash')
      throw new Failure(
        'image_address',
        `A bootloader is not mapped from flash, as at ${hex(segment.address)}.`,
      );
  }
  checkEntry(image, placed);
}

interface Placed {
  segment: EspSegment;
  range: ChipRange;
}

function placesOf({ segments, target }: EspImage, { ranges }: Chip): Placed[] {
  const placed = segments
    .filter(({ address, length }) => length > 0 && address >= FILLING_BELOW)
    .map(segment => {
      const { address, length } = segment;
      const range = ranges.find(({ from, to }) => address >= from && address + length <= to);
      if (!range)
        throw new Failure(
          'image_address',
          `The ${target} has no memory for ${length} bytes at ${hex(address)}.`,
        );
      return { segment, range };
    });
  const ordered = [...placed].sort((a, b) => a.segment.address - b.segment.address);
  for (const [i, { segment }] of ordered.entries()) {
    const before = ordered[i - 1]?.segment;
    if (before && before.address + before.length > segment.address)
      throw new Failure('image_address', `Two segments are loaded to ${hex(segment.address)}.`);
  }
  return placed;
}

function checkEntry({ entry }: EspImage, placed: readonly Placed[]): void {
  const { length } = placed.filter(
    ({ range, segment }) =>
      range.code && entry >= segment.address && entry < segment.address + segment.length,
  );
  if (length !== 1)
    throw new Failure('image_entry', `It begins at ${hex(entry)}, where none of its code is.`);
}

const hex = (value: number): string => `0x${value.toString(16)}`;
