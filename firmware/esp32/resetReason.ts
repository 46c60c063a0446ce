/** The reasons of a start, in words (esp_reset_reason_t of ESP-IDF 6.0). */

const reasons = [
  'unknown reason',
  'power-on',
  'reset pin',
  'restart by software',
  'crash',
  'interrupt watchdog',
  'task watchdog: the event loop stood still',
  'another watchdog',
  'wake from deep sleep',
  'brownout: the supply was too weak',
  'SDIO',
  'USB',
  'JTAG',
  'eFuse error',
  'power glitch',
  'CPU lockup',
] as const;

/** The words for a code. */
export function resetReason(code: number): string {
  return reasons[code] ?? `reason ${code}`;
}
