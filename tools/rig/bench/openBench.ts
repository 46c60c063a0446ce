/** A bench in a world of its own, between whose board and everybody else there are wires. */
import { createSetting } from '../../demo/setting.js';
import type { SettingOptions } from '../../demo/settingOptions.js';
import { Bench } from './bench.js';
import type { Wires } from './wires.js';

export interface OpenBenchOptions extends Omit<SettingOptions, 'between' | 'onBoardLine' | 'ports'> {
  wires: Wires;
  seesFlash: boolean;
  seesOutputs: boolean;
}

/** Opens the world; the wires are closed with it, and where it does not open. @throws what the world throws */
export async function openBench({
  seesFlash,
  seesOutputs,
  signal,
  wires,
  ...world
}: OpenBenchOptions): Promise<Bench> {
  // Listeners of a world on its signal go with the world, however many follow.
  const ended = new AbortController();
  const setting = await createSetting({
    ...world,
    ports: { chain: 0, broker: 0, images: 0 },
    signal: AbortSignal.any([signal, ended.signal]),
    between: url => wires.between(url),
    onBoardLine: () => {},
  }).catch(async error => {
    await wires.close();
    throw error;
  });
  const close = async () => {
    await setting.close();
    await wires.close();
    ended.abort();
  };
  return new Bench({ ...setting, close }, { wires, seesFlash, seesOutputs });
}
