/**
 * The choice of ESP-IDF's bootloader as one pure function of flash, for two slots and no factory image, with its roll-back
 * and without its anti-rollback: written down from bootloader_utility_get_selected_boot_partition and
 * bootloader_utility_load_boot_image (bootloader_utility.c), bootloader_common_ota_select_invalid, _valid and
 * bootloader_common_select_otadata (bootloader_common_loader.c), as they are at commit 10212290 of July 2026.
 */

export type OtaState = 'new' | 'pending' | 'valid' | 'invalid' | 'aborted';

/** One of the two sectors of otadata. */
export interface OtaEntry {
  /** 1 or more; odd for the first slot, even for the second. */
  sequence: number;
  state: OtaState;
  /** True: its checksum, which is over the sequence alone, is wrong. */
  torn?: boolean;
}

/** Undefined is erased. */
export type Otadata = readonly [OtaEntry | undefined, OtaEntry | undefined];

/** The slot that starts, and otadata from then on. */
export interface OtaChoice {
  starts: 0 | 1 | undefined;
  otadata: Otadata;
}

/** The checksum is not looked at here. */
const isInvalid = (entry: OtaEntry | undefined): boolean =>
  entry === undefined || entry.state === 'invalid' || entry.state === 'aborted';

const isBlank = (entry: OtaEntry | undefined): boolean => entry === undefined || entry.torn === true;

/** The place of the entry that counts: of two valid ones that with the greater sequence, of two equal ones the first. */
function activeOf([first, second]: Otadata): 0 | 1 | undefined {
  const valid = [first, second].map(entry => !isInvalid(entry) && !entry?.torn);
  if (valid[0] && valid[1]) return first!.sequence >= second!.sequence ? 0 : 1;
  if (valid[0]) return 0;
  return valid[1] ? 1 : undefined;
}

/** @param whole the application in each slot passes the chip's check */
export function chooseSlot(before: Otadata, whole: readonly [boolean, boolean]): OtaChoice {
  const after = before.map(entry =>
    entry?.state === 'pending' ? { ...entry, state: 'aborted' as const } : entry,
  );
  let isInitial = false;
  let index = -1;
  if (isInvalid(after[0]) && isInvalid(after[1])) {
    index = 0;
    isInitial = isBlank(after[0]) && isBlank(after[1]);
  } else {
    const place = activeOf([after[0], after[1]]);
    const active = place === undefined ? undefined : after[place];
    if (active) {
      index = (active.sequence - 1) % 2;
      if (active.state === 'new') after[place!] = { ...active, state: 'pending' };
    }
  }
  // Backwards from there, and then forwards.
  const order = index === 1 ? ([1, 0] as const) : ([0, 1] as const);
  const starts = order.find(slot => whole[slot]);
  if (isInitial && starts !== undefined) after[0] = { sequence: starts + 1, state: 'valid' };
  return { starts, otadata: [after[0], after[1]] };
}
