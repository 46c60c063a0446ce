/** Bytes of an update of the app: a whole image beside an app image, of the same source. */
import { join } from 'node:path';
import { buildImage } from '../../host-sim/image/build.js';
import { repositoryRoot } from '../../host-sim/node/repository.js';
import { whatIsMissing } from '../../host-sim/rv32/tools.js';
import type { BenchResult } from './result.js';

/** A few KB. */
const APP_BYTES_WANTED = 8192;

const TEMPLATES = ['blank', 'relay', 'lock', 'sensor'] as const;

/** One figure an app that `init` writes, and an engine; the peer is the image that has the same app in it. */
export async function appBytes(): Promise<BenchResult[]> {
  const targets = (await whatIsMissing()) ? (['script'] as const) : (['script', 'rv32'] as const);
  return (await Promise.all(targets.map(ofTarget))).flat();
}

const ofTarget = (target: 'script' | 'rv32'): Promise<BenchResult[]> =>
  Promise.all(
    TEMPLATES.map(async template => {
      const app = join(repositoryRoot, 'tools/package/templates', template, 'app.ts');
      const about = { app, name: template, version: 1, hardware: new Uint8Array(32), target };
      const [whole, apart] = await Promise.all([
        buildImage({ ...about, kind: 'host' }),
        buildImage({ ...about, kind: 'app' }),
      ]);
      const [value, peerValue] = [apart.size, whole.size];
      const ratio = peerValue / value;
      const name = `update.bytes.app.${target === 'rv32' ? 'rv32.' : ''}${template}`;
      const shown = { name, value, unit: 'bytes', peer: 'the whole image' };
      return { ...shown, peerValue, ratio, goal: APP_BYTES_WANTED, met: value <= APP_BYTES_WANTED };
    }),
  );
