/** The rate of flashing: a whole chip over a line as slow as a real one, against what the compressed bytes alone would take. */
import { flashChip } from '../../tools/flasher/flashChip.js';
import { halfRandom } from '../tools/flasher/bytes.js';
import { FakeChip } from '../tools/flasher/fakeChip.js';
import { desk, openFake } from '../tools/flasher/fakeLine.js';

export interface FlashRate {
  baud: number;
  /** Bytes of the image, deflated in one piece. */
  deflated: number;
  /** Bytes that went over the line for it, the loader's stub and every question included. */
  sent: number;
  /** Of writing and verifying. */
  seconds: number;
  /** Part of the line's rate at which the compressed bytes went. */
  share: number;
}

const BITS_PER_BYTE = 10;

/** Flashes an image of so many bytes into a chip on a line of that speed. */
export async function measureFlash(baud: number, bytes: number): Promise<FlashRate> {
  const place = desk(new FakeChip(), { paced: true });
  const parts = [{ name: 'application', offset: 0x2_0000, bytes: halfRandom(bytes, 'application') }];
  const report = await flashChip({
    ...{ open: speed => openFake(place, speed), parts, target: 'esp32c3', flashBytes: 4 << 20 },
    ...{ baud, stub: true, erase: false, returnMs: 0, note() {}, signal: new AbortController().signal },
  });
  const { compressed, seconds, sent } = report;
  const share = (compressed * BITS_PER_BYTE) / baud / seconds;
  return { baud, deflated: compressed, sent, seconds, share };
}
