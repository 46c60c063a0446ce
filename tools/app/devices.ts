/** The devices around a simulated board: `devices.json` beside an app, for what its drivers look for as it starts. */
import { dirname, join } from 'node:path';
import * as v from 'valibot';
import type { BusSetting } from '../../host-sim/node/board/busLines.js';
import { FileProblem, readBoundedFile } from '../cli/boundedFile.js';
import { Failure } from '../cli/failure.js';

const FILE_BYTES_MAX = 65_536;
const whole = (least: number, most: number) =>
  v.pipe(v.number(), v.integer(), v.minValue(least), v.maxValue(most));
const bytes = v.pipe(v.string(), v.regex(/^0x(?:[0-9a-f]{2}){0,1024}$/i, 'must be 0x and hex digits'));

const settings = v.pipe(
  v.array(
    v.union([
      v.strictObject({
        i2c: whole(0, 127),
        register: whole(0, 255),
        bytes,
        width: v.optional(v.picklist([1, 2])),
      }),
      v.strictObject({ spi: whole(-1, 63), bytes }),
    ]),
  ),
  v.maxLength(256),
);

/** The settings beside that app; none where there is no such file. @throws Failure `file`, `source` */
export function devicesOf(app: string): BusSetting[] {
  const path = join(dirname(app), 'devices.json');
  let text: string;
  try {
    text = Buffer.from(readBoundedFile(path, FILE_BYTES_MAX)).toString('utf8');
  } catch (error) {
    if (error instanceof FileProblem && error.reason === 'absent') return [];
    throw new Failure('file', `${path} ${(error as Error).message}.`);
  }
  try {
    return v.parse(settings, JSON.parse(text)) as BusSetting[];
  } catch (error) {
    throw new Failure('source', `${path} does not list devices: ${(error as Error).message}`);
  }
}
