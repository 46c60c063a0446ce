/**
 * `chip.mcxs`: the linked modules as a C3 gets them, compiled without ESP-IDF by the compiler of the emulated board. The
 * object holds constants alone; of ESP-IDF its headers ask for a few types, which stand-ins give.
 */
import { mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { writeChanged } from '../../host-sim/engine/guests.js';
import { crossCompiler } from '../../host-sim/rv32/tools.js';
import { loadedBytes } from './elfSize.js';
import { buildFolder } from './modules.js';
import type { Sdk } from './sdk.js';
import { runStep, type StepOptions } from './step.js';

/** The SDK's flags for a chip (make.esp32.mk), as far as they decide the size. */
const flags = [
  ...['-c', '-Os', '-march=rv32imc_zicsr', '-mabi=ilp32', '-specs=picolibc.specs', '-std=gnu17'],
  ...['-fdata-sections', '-ffunction-sections', '-fno-jump-tables', '-fno-inline-functions'],
  ...['-Wno-implicit-function-declaration', '-D__ets__', '-U__STRICT_ANSI__', '-DESP32=3'],
  '-DmxUseDefaultSharedChunks=1',
];

const standIns: Readonly<Record<string, string>> = {
  'freertos/FreeRTOS.h':
    'typedef void *TaskHandle_t; typedef void *QueueHandle_t; typedef struct { int owner, count; } portMUX_TYPE;\n',
  'freertos/task.h': '\n',
  'lwip/netdb.h': '\n',
  'lwip/inet.h': '\n',
  'esp_partition.h': 'typedef struct { unsigned size; } esp_partition_t;\n',
};

/**
 * Bytes in flash of `mc.xs.c` in a folder that linkEsp32 filled.
 *
 * @throws StepFailed when there is no such compiler, or it fails
 */
export async function mcxsBytes(
  sdk: Sdk,
  generated: string,
  watch: Pick<StepOptions, 'signal'> = {},
): Promise<number> {
  const folder = join(buildFolder, 'no-esp-idf-headers');
  for (const [file, text] of Object.entries(standIns)) {
    mkdirSync(join(folder, file, '..'), { recursive: true });
    writeChanged(join(folder, file), text);
  }
  const xs = join(sdk.folder, 'xs');
  const includes = [
    ...[folder, generated, join(xs, 'includes'), join(xs, 'sources')],
    ...[join(xs, 'platforms', 'esp'), join(xs, 'platforms', 'mc')],
  ].map(path => `-I${path}`);
  const object = join(buildFolder, 'mc.xs.o');
  await runStep(crossCompiler, [...flags, ...includes, join(generated, 'mc.xs.c'), '-o', object], {
    ...{ name: 'mcxs', cwd: buildFolder, env: process.env },
    ...watch,
  });
  return loadedBytes(new Uint8Array(readFileSync(object)));
}
