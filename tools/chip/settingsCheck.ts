/** The settings that ESP-IDF took over, where the build shows them (sdkconfig): one that it dropped is a fault. */
import { Failure } from '../cli/failure.js';
import type { Target } from './chips.js';
import { type FlashSize, TABLE_OFFSET } from './partitions.js';

/** Without these a board could be left with an image that does not start, or with another layout of its flash. */
const wanted = (target: Target, flash: FlashSize): readonly (readonly [string, string])[] => [
  ['CONFIG_IDF_TARGET', `"${target}"`],
  ['CONFIG_BOOTLOADER_APP_ROLLBACK_ENABLE', 'y'],
  ['CONFIG_BOOTLOADER_SKIP_VALIDATE_ALWAYS', 'n'],
  ['CONFIG_ESP_TASK_WDT_EN', 'y'],
  ['CONFIG_ESP_TASK_WDT_PANIC', 'y'],
  ['CONFIG_PARTITION_TABLE_OFFSET', `0x${TABLE_OFFSET.toString(16)}`],
  ['CONFIG_PARTITION_TABLE_MD5', 'y'],
  [`CONFIG_ESPTOOLPY_FLASHSIZE_${flash}`, 'y'],
];

/** @throws Failure `settings` with the first that is another than meant */
export function checkSettings(text: string, target: Target, flash: FlashSize): void {
  const found = new Map(
    text.split('\n').flatMap(line => {
      const [, name, value] = /^(CONFIG_\w+)=(.*)$/.exec(line.trim()) ?? [];
      return name ? [[name, value] as const] : [];
    }),
  );
  for (const [name, value] of wanted(target, flash)) {
    // A setting that is off stands nowhere in the file.
    const is = found.get(name) ?? 'n';
    if (is !== value) throw new Failure('settings', `The build has ${name}=${is}, and ${value} is meant.`);
  }
}
