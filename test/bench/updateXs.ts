/** The time of an install in XS, with native crypto, beside a plain copy and one hash in XS; the same image on Node stands in updateInstall.ts. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { toHex } from '../../firmware/bytes/hex.js';
import { buildXs } from '../../host-sim/engine/deskProgram.js';
import { bundleFirmware } from '../../host-sim/node/bundle/firmware.js';
import { sectorsOf } from '../../host-sim/node/sectors.js';
import { encodeDelta } from '../../tools/delta/encode.js';
import { imagesOf } from './device/installImages.js';
import type { BenchResult } from './result.js';

/** The images and the slots lie in memory. */
const HEAP_BYTES = 16 * 1024 * 1024;
/** As on Node. */
const LEAST_RATIO = 0.05;

interface Timed {
  copy: number;
  whole: number;
  delta: number;
}

function timed(program: string, text: string): Timed {
  const folder = mkdtempSync(join(tmpdir(), 'holdfast-bench-'));
  const script = join(folder, 'install.js');
  writeFileSync(script, text);
  try {
    const flags = ['--script', script, '--heap', `${HEAP_BYTES}`, '--stack', '4096', '--watchdog', '600000'];
    const { stdout } = spawnSync(program, flags, { encoding: 'utf8' });
    for (const line of stdout.split('\n').filter(Boolean)) {
      const { log, fault } = JSON.parse(line) as { log?: string; fault?: string };
      if (fault !== undefined) throw new Error(`in XS: ${fault}`);
      if (log === undefined) continue;
      const said = JSON.parse(log) as Timed & { failed?: string };
      if (said.failed !== undefined) throw new Error(`in XS: ${said.failed}`);
      return said;
    }
    throw new Error('in XS nothing was said');
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** @throws XsMissing without a C compiler */
export async function installsInXs(): Promise<BenchResult[]> {
  const { program } = await buildXs();
  const { base, next } = imagesOf();
  const { list, root } = sectorsOf(next);
  const given = { delta: toHex(encodeDelta(base, next)), list: toHex(list), root: toHex(root) };
  const { text } = await bundleFirmware({
    entry: 'test/bench/device/install.ts',
    define: { given: JSON.stringify(given) },
  });
  const times = timed(program, text);
  return (['whole', 'delta'] as const).map(how => {
    const ratio = times.copy / times[how];
    const shown = {
      name: `install.xs.${how}`,
      value: times[how],
      unit: 'ms',
      peer: 'plain copy and one hash in XS',
    };
    return { ...shown, peerValue: times.copy, ratio, goal: LEAST_RATIO, met: ratio >= LEAST_RATIO };
  });
}
