/**
 * Images for a chip: a header, filling to the end of the first sector, and the application as ESP-IDF builds it
 * (firmware/esp32/slotLayout.ts has how they lie in flash).
 */
import { sectorSize } from '../../firmware/esp32/slotLayout.js';
import { checkImage, encodeImage, headerLength, type ImageHeader } from '../../firmware/store/imageHeader.js';

/** First byte of an application (esp_app_format.h). */
const applicationMagic = 0xe9;

/** An image of an application that ESP-IDF built. @throws Error when the bytes are not an application */
export function packApplication(application: Uint8Array, version: number, hardware: Uint8Array): Uint8Array {
  return encodeImage(version, hardware, bodyOfApplication(application));
}

/** An image but its header: filling up to the sector in which the application begins. @throws Error as above */
export function bodyOfApplication(application: Uint8Array): Uint8Array {
  if (application[0] !== applicationMagic || application.length < 256) {
    throw new Error('this is not an application of ESP-IDF, which begins with the byte 0xE9');
  }
  const body = new Uint8Array(sectorSize - headerLength + application.length).fill(0xff);
  body.set(application, sectorSize - headerLength);
  return body;
}

export interface ChipImage {
  header: ImageHeader;
  /** For the last sector of its partition. */
  first: Uint8Array;
  /** For the start of its partition. */
  application: Uint8Array;
}

/** The two pieces of an image as they lie in flash. @throws Error when the bytes are not an image for a chip */
export function unpackImage(image: Uint8Array): ChipImage {
  const header = checkImage((offset, length) => image.subarray(offset, offset + length), image.length);
  if (header.verdict !== 'accepted') throw new Error(`not an image: ${header.evidence}`);
  if (image[sectorSize] !== applicationMagic) throw new Error('an image, but not one for a chip');
  return { header: header.value, first: image.slice(0, sectorSize), application: image.slice(sectorSize) };
}
