/** The crash of an author's app, as the record of a board has it, led back to the author's line. */
import { writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import test, { type ExecutionContext } from 'ava';
import { encodeImage } from '../../../firmware/store/imageHeader.js';
import { mainOfApp } from '../../../host-sim/image/build.js';
import { bundleFirmware } from '../../../host-sim/node/bundle/firmware.js';
import type { Engine } from '../../../host-sim/process/engines.js';
import { crashFrames } from '../../../tools/app/crashFrames.js';
import { sha256Of } from '../../../tools/app/imageFiles.js';
import { mapOfImage, readImageMap } from '../../../tools/app/imageMap.js';
import { xsTest } from '../../host-sim/engine/withXs.js';
import { crashesIn, shown } from '../../host-sim/process/crashes.js';
import { boardWith, directory } from '../../host-sim/process/probe.js';

const app = `import { type Board, defineApp } from 'holdfast/app';

class Pump {
  level = 0;
  async refill(board: Board): Promise<void> {
    board.log('refills');
    this.level = (undefined as unknown as Pump).level;
  }
}

export default (board: Board) => {
  board.after(50, () => void new Pump().refill(board));
  return defineApp({ name: 'pump', healthy: () => true, actions: {} });
};
`;
const lineOf = (text: string) => app.split('\n').findIndex(line => line.includes(text)) + 1;

/** The record of the crash, its frames read; and where the author's file lies from here. */
async function crashOn(t: ExecutionContext, engine: Engine) {
  const folder = directory(t);
  const entry = join(folder, 'app.ts');
  writeFileSync(entry, app);
  const { sourceMap, text } = await bundleFirmware({
    app: entry,
    stdin: { contents: mainOfApp },
    sourceMap: true,
  });
  const image = encodeImage(1, new Uint8Array(32), new TextEncoder().encode(text));
  const where = directory(t);
  const board = await boardWith(t, image, { directory: where, engine });
  await board.waitForRestart();
  await board.close();
  const [record] = crashesIn(where);
  const [message, ...frames] = shown(record).text.split('\n');
  return {
    file: relative(process.cwd(), entry),
    folder,
    frames,
    image,
    message,
    reason: shown(record).reason,
    sourceMap: sourceMap!,
  };
}

test('of a crash on Node the record leads to the author’s line, by the map of its image and no other', async t => {
  const { file, folder, frames, image, message, reason, sourceMap } = await crashOn(t, { name: 'node' });
  t.is(reason, 'rejection');
  t.regex(message, /^TypeError: Cannot read properties of undefined/);
  const [top, next] = frames.map(crashFrames(sourceMap, image));
  t.true(top.isAuthors && top.text.endsWith(`.refill (${file}:${lineOf('this.level = ')})`), top.text);
  t.true(next.text.includes(`${file}:${lineOf('board.after')}`), next.text);
  const named = join(folder, 'pump.img');
  writeFileSync(named, image);
  t.throws(() => readImageMap(named), { message: /pump\.img\.map .*no such file/ });
  writeFileSync(`${named}.map`, mapOfImage(sourceMap, sha256Of(image.subarray(1))));
  t.throws(() => readImageMap(named), { message: /is not the source map of/ });
  writeFileSync(`${named}.map`, mapOfImage(sourceMap, sha256Of(image)));
  const read = readImageMap(named);
  t.deepEqual(crashFrames(read.sourceMap, read.image)(frames[0]), top);
});

xsTest('of a crash in XS the record leads to the author’s function', async t => {
  const { file, frames, image, reason, sourceMap } = await crashOn(t, { name: 'xs' });
  t.is(reason, 'rejection');
  const [top] = frames.map(crashFrames(sourceMap, image));
  t.deepEqual(top, { text: `at refill (a function of ${file}:${lineOf('async refill')})`, isAuthors: true });
});
