/**
 * Minutes of the gate for each campaign, in one table. A campaign takes its budget from the environment variable that
 * stands beside it, so that a person can let it run for an hour, and takes the minutes below where nothing is set.
 */
export interface Budget {
  minutes: number;
  /** The variable that overrides it. */
  variable: string;
  /** False as long as the campaign is not there: the time is kept for it. */
  built: boolean;
}

export const budgets = {
  swarm: { minutes: 3, variable: 'HOLDFAST_SWARM_MINUTES', built: true },
  cuts: { minutes: 3, variable: 'HOLDFAST_CUTS', built: true },
  attack: { minutes: 2, variable: 'HOLDFAST_ATTACK_MINUTES', built: true },
  rig: { minutes: 3, variable: 'HOLDFAST_RIG_MINUTES', built: true },
  page: { minutes: 0.2, variable: 'HOLDFAST_PAGE_MINUTES', built: true },
} as const satisfies Record<string, Budget>;

/** The most that a gate may take in all, installation included, on 2 cores. */
export const GATE_MINUTES_MAX = 45;
