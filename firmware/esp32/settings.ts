/** The settings of the board that the image is built for, from the manifest's `config`. */

export interface BoardSettings {
  console: {
    baud: number;
    /** GPIO numbers, of this and the next; −1: the pins that the chip's ROM uses. */
    transmit: number;
    receive: number;
  };
}

/** The settings. Those that are missing, or are not integers, are those of Espressif's development boards. */
export function boardSettings(config: Readonly<Record<string, unknown>>): BoardSettings {
  const given = (config.console ?? {}) as Record<string, unknown>;
  const number = (value: unknown, otherwise: number) =>
    Number.isInteger(value) ? (value as number) : otherwise;
  return {
    console: {
      baud: number(given.baud, 115_200),
      transmit: number(given.transmit, -1),
      receive: number(given.receive, -1),
    },
  };
}
