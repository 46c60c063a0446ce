/**
 * Plays a recording in a process of its own, since the image in it is code of whoever sent it:
 *
 *   node host-sim/node/program/run.mjs host-sim/board/replayMain.ts FILE [--image FILE] [--watchdog MILLISECONDS]
 *
 * Says on its standard output, a line of JSON each, what it plays (`playedLines.ts`). It ends with status 0 whatever the
 * verdict, and by its watchdog's SIGKILL when the image does not end what an event began.
 */
import { readFileSync, writeSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { portableCrypto } from '../../firmware/crypto/portable.js';
import { headerLength } from '../../firmware/store/imageHeader.js';
import { playedLines } from '../recording/playedLines.js';
import { type ReplayHost, replay } from '../recording/replay.js';
import { createBridge } from './bridge.js';
import { createRealm } from './realm.js';
import { startWatchdog } from './watchdog.js';

let describe: (error: unknown) => string = () => 'an unknown error';
let told: (description: string) => void = () => {};

const host: ReplayHost = {
  crypto: portableCrypto(),
  load(image, ports, onFault) {
    told = onFault;
    const bridge = createBridge(ports, onFault);
    const source = new TextDecoder('utf-8', { fatal: true }).decode(image.subarray(headerLength));
    const realm = createRealm(source, bridge.call, bridge.attach);
    describe = realm.describe;
    return () => {
      const fault = realm.start();
      if (fault !== undefined) onFault(fault);
    };
  },
  settle: () => new Promise(resolve => setImmediate(resolve)),
  describe: error => (error instanceof Error ? error.message : 'an error that cannot be shown'),
};

const { positionals, values } = parseArgs({
  allowPositionals: true,
  options: { image: { type: 'string' }, watchdog: { type: 'string', default: '60000' } },
});
startWatchdog(Number(values.watchdog));
process.on('unhandledRejection', reason => told(describe(reason)));
const say = (line: object) => {
  const bytes = Buffer.from(`${JSON.stringify(line)}\n`);
  for (let done = 0; done < bytes.length; ) done += writeSync(1, bytes, done);
};
const recording = readFileSync(positionals[0]);
const image = values.image === undefined ? undefined : readFileSync(values.image);
say({ done: await replay(recording, host, { image, ...playedLines(say, recording.length) }) });
process.exit(0);
