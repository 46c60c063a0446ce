/** Faults that a world may draw: power of a board; its or its operator's connections, reach and speed; pauses of the fleet. */
export const FAULTS = ['power', 'cut', 'partition', 'slow', 'pause'] as const;

export type FaultName = (typeof FAULTS)[number];

/** Those that hit one board or its operator. */
export type BoardFault = Exclude<FaultName, 'pause'>;
