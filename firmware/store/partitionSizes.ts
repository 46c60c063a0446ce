/**
 * Bytes of the partitions that a board has on every platform. Fixed for ever: a board in the field keeps the flash that
 * it was laid out with, and a newer image finds there what an older one wrote.
 */

/** The identity: key, trust and owner of the board (device/identityKeys.ts). */
export const IDENTITY_BYTES = 8192;

/** Two sectors that count (counter.ts). */
export const COUNTER_BYTES = 8192;

/** The journal: as much as its index can tell (entry.ts). */
export const JOURNAL_BYTES = 65_536;

/** The records of an app, a journal like the board's own (device/appRecords.ts). */
export const APP_BYTES = 65_536;

/** A slot of app images: as large as on the smallest chip. */
export const APP_SLOT_BYTES = 98_304;

/** The ring of telemetry (device/telemetryRing.ts); a chip with more flash has a larger partition, of which a journal takes 64 KiB at most. */
export const TELEMETRY_BYTES = 32_768;

/** The records of crashes (crashRecord.ts); a chip with more flash has a larger partition. */
export const CRASH_BYTES = 16_384;
