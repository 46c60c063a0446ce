/** The heap that ESP-IDF has beside the engine, for measurements: an image with the emulator's card alone tells of it. */

/** The functions of memory.c, as the manifest of this room hands them over. */
export interface MemoryFunctions {
  /** Bytes: 0 free, 1 of the largest block, 2 free at the least since the start, 3 held. */
  memoryBytes(what: number): number;
  /** Holds so many bytes from now on, in pieces, as far as there are any: in the place of a radio. */
  memoryHold(bytes: number): void;
}

/** Bytes. */
export interface Memory {
  free: number;
  largest: number;
  lowest: number;
  held: number;
}

/** The heap as it is, once what `parameters` asks for is held: `{ hold: 137000 }`. */
export function memoryOf(chip: MemoryFunctions, parameters: unknown): Memory {
  const { hold } = (parameters ?? {}) as { hold?: unknown };
  if (typeof hold === 'number' && hold > 0) chip.memoryHold(hold);
  const bytes = (what: number) => chip.memoryBytes(what);
  return { free: bytes(0), largest: bytes(1), lowest: bytes(2), held: bytes(3) };
}
