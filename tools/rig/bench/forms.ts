/** Forms that several steps share. */
import * as v from 'valibot';
import { UNNAMED } from './bench.js';

/** The name that a scenario gives to an order, a release or a copy. */
export const name = v.optional(v.pipe(v.string(), v.minLength(1), v.maxLength(60)), UNNAMED);

/** A code of a rejection or a cause of what stays undetermined, as `holdfast explain` lists them. */
export const code = v.pipe(v.string(), v.minLength(1), v.maxLength(60));

/** The name of an action. */
export const action = v.pipe(v.string(), v.minLength(1), v.maxLength(64));

/** The params of an action: whatever the app's form takes. */
export const params = v.optional(v.unknown(), {});

/** A Commander of the fleet, who links an order. */
export const commander = v.optional(v.picklist(['operator', 'signerA']), 'operator');

/** A whole number. */
export const count = (min: number, max: number) =>
  v.pipe(v.number(), v.integer(), v.minValue(min), v.maxValue(max));

/** A step that takes nothing. */
export const nothing = v.strictObject({});

/** The text of a pattern (RegExp). */
export const pattern = v.pipe(
  v.string(),
  v.minLength(1),
  v.maxLength(200),
  v.check(text => {
    try {
      new RegExp(text);
      return true;
    } catch {
      return false;
    }
  }, 'is not a pattern'),
);
