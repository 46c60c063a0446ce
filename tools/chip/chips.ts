/** The facts of a chip that its images are checked by; the numbers are those of Espressif's esptool and ESP-IDF. */

/** The chips that images are built for. */
export const targets = ['esp32', 'esp32s3', 'esp32c3', 'esp32c6'] as const;
export type Target = (typeof targets)[number];

/** A range of addresses that a part of an image may be loaded to, or mapped at. */
export interface ChipRange {
  from: number;
  /** The first address behind it. */
  to: number;
  /** `flash` is mapped from where it lies, page by page. */
  kind: 'flash' | 'ram';
  /** Instructions are fetched from it. */
  code: boolean;
}

export interface Chip {
  /** In the header of its images (esp_chip_id_t). */
  id: number;
  /** Offset in flash at which its ROM looks for the bootloader. */
  bootloaderOffset: number;
  /** Bits of a page of mapped flash that it can have. */
  pageBits: readonly number[];
  ranges: readonly ChipRange[];
}

const range = (from: number, to: number, kind: ChipRange['kind'], code: boolean): ChipRange => ({
  ...{ from, to, kind, code },
});

/** All of them by name. */
export const chips: Readonly<Record<Target, Chip>> = {
  esp32: {
    ...{ id: 0, bootloaderOffset: 0x1000, pageBits: [16] },
    ranges: [
      range(0x3f40_0000, 0x3f80_0000, 'flash', false),
      range(0x3ff8_0000, 0x3ff8_2000, 'ram', false),
      range(0x3ffa_e000, 0x4000_0000, 'ram', false),
      range(0x4007_0000, 0x400c_2000, 'ram', true),
      range(0x400d_0000, 0x4040_0000, 'flash', true),
      range(0x5000_0000, 0x5000_2000, 'ram', false),
    ],
  },
  esp32s3: {
    ...{ id: 9, bootloaderOffset: 0, pageBits: [16] },
    ranges: [
      range(0x3c00_0000, 0x3e00_0000, 'flash', false),
      range(0x3fc8_8000, 0x3fd0_0000, 'ram', false),
      range(0x4037_0000, 0x403e_0000, 'ram', true),
      range(0x4200_0000, 0x4400_0000, 'flash', true),
      range(0x5000_0000, 0x5000_2000, 'ram', false),
      range(0x600f_e000, 0x6010_0000, 'ram', true),
    ],
  },
  esp32c3: {
    ...{ id: 5, bootloaderOffset: 0, pageBits: [16] },
    ranges: [
      range(0x3c00_0000, 0x3c80_0000, 'flash', false),
      range(0x3fc8_0000, 0x3fce_0000, 'ram', false),
      range(0x4037_c000, 0x403e_0000, 'ram', true),
      range(0x4200_0000, 0x4280_0000, 'flash', true),
      range(0x5000_0000, 0x5000_2000, 'ram', true),
    ],
  },
  esp32c6: {
    ...{ id: 13, bootloaderOffset: 0, pageBits: [13, 14, 15, 16] },
    ranges: [
      range(0x4080_0000, 0x4088_0000, 'ram', true),
      range(0x4200_0000, 0x4300_0000, 'flash', true),
      range(0x5000_0000, 0x5000_4000, 'ram', true),
    ],
  },
};
