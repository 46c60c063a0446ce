/** The result of one check of `holdfast doctor`. */
export interface Check {
  name: string;
  /** `skipped`: nothing was named that could be looked at. */
  state: 'ok' | 'problem' | 'skipped';
  detail: string;
  /** The next thing to do; a problem always has one. */
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
