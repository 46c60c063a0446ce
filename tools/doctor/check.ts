/** The result of one check of `holdfast doctor`. */
export interface Check {
  name: string;
  /** `skipped`: nothing was named that could be looked at. */
  state: 'ok' | 'problem' | 'skipped';
  detail: string;
  /** The next thing to do; a problem always has one. */
  remedy?: string;
}

/** Something is as it should be. */
export const ok = (name: string, detail: string): Check => ({ name, state: 'ok', detail });
/** Something is not, with the next thing to do. */
export const problem = (name: string, detail: string, remedy: string): Check => ({
  name,
  state: 'problem',
  detail,
  remedy,
});
/** Nothing could be looked at. */
export const skipped = (name: string, detail: string, remedy?: string): Check => ({
  name,
  state: 'skipped',
  detail,
  remedy,
});
