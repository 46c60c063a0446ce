/** Faults that a world may draw: power of a board; its or its operator's connections, reach and speed. */
export const FAULTS = ['power', 'cut', 'partition', 'slow'] as const;

export type FaultName = (typeof FAULTS)[number];
