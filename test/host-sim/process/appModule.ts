/** An app whose module throws as it loads, on a board that has no image to go back to: the same for each engine. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ExecutionContext } from 'ava';
import { encodeImage } from '../../../firmware/store/imageHeader.js';
import { mainOfApp } from '../../../host-sim/image/build.js';
import { bundleFirmware } from '../../../host-sim/node/bundle/firmware.js';
import type { Engine } from '../../../host-sim/process/engines.js';
import { boardWith, directory } from './probe.js';

const appOf = (isBroken: boolean) => `import { defineApp } from 'holdfast/app';
const isBroken: boolean = ${isBroken};
if (isBroken) throw new Error('broken as it loads');
export default () => defineApp({ name: 'late', healthy: () => true, actions: {} });
`;

/** The board says what was thrown, stays up and answers; with the twin that does not throw nothing is said. */
export async function outlivesItsAppsModule(t: ExecutionContext, engine: Engine): Promise<void> {
  for (const isBroken of [true, false]) {
    const app = join(directory(t), 'app.ts');
    writeFileSync(app, appOf(isBroken));
    const { text } = await bundleFirmware({ app, stdin: { contents: mainOfApp } });
    const image = encodeImage(1, new Uint8Array(32), new TextEncoder().encode(text));
    const lines: string[] = [];
    const board = await boardWith(t, image, { engine, onLog: line => void lines.push(line) });
    t.like(await board.request('identify'), { version: 1 });
    t.is(board.restarts, 0);
    const faults = lines.filter(line => line.startsWith('app fault: '));
    t.is(faults.length, isBroken ? 1 : 0);
    if (isBroken) t.regex(faults[0], /broken as it loads/);
    t.is(lines.filter(line => line.includes('goes on without its app')).length, isBroken ? 1 : 0);
  }
}
