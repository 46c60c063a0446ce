/** What the manifest's `config` says about the board that the image is built for. */

export interface BoardSettings {
  console: {
    baud: number;
    /** GPIO numbers; −1: as the chip's ROM has them. */
    transmit: number;
    receive: number;
  };
}

/** What is left out, or is no number, is as on a development board of Espressif's. */
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
