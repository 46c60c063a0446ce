/** One thing that the doctor looked at. */
export interface Check {
  name: string;
  /** `skipped`: nothing was named that could be looked at. */
  state: 'ok' | 'problem' | 'skipped';
  detail: string;
  /** What to do; problems always have one. */
  remedy?: string;
}

export const ok = (name: string, detail: string): Check => ({ name, state: 'ok', detail });
export const problem = (name: string, detail: string, remedy: string): Check => ({
  name,
  state: 'problem',
  detail,
  remedy,
});
export const skipped = (name: string, detail: string, remedy?: string): Check => ({
  name,
  state: 'skipped',
  detail,
  remedy,
});
