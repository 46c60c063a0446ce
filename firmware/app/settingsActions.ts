/** The orders by which an owner changes the settings of an app: `holdfast.config` and `holdfast.secret`. */

import { custom, type GenericSchema } from 'valibot';
import { type Action, action } from './action.js';
import type { KeptSettings, SettingsChange } from './settings.js';

type AnySettings = KeptSettings<GenericSchema>;

/** Params that the settings let pass; the reason of a refusal is theirs, and has no secret in it. */
const changeOf = (settings: AnySettings) =>
  custom<SettingsChange>(
    change => settings.fault(change) === undefined,
    ({ input }) => settings.fault(input) ?? '',
  );

/** The actions of an app that has settings; `told` is called after each change. */
export const settingsActions = (
  { config, secrets }: { config?: AnySettings; secrets?: AnySettings },
  told: (kind: 'config' | 'secrets') => void,
): Readonly<Record<string, Action>> => ({
  ...(config && {
    config: action({
      params: changeOf(config),
      idempotent: true,
      run(change) {
        config.change(change);
        told('config');
        return { set: config.names };
      },
    }),
  }),
  ...(secrets && {
    secret: {
      ...action({
        params: changeOf(secrets),
        run(change) {
          secrets.change(change);
          told('secrets');
          return { set: secrets.names };
        },
      }),
      // Its params must not lie in flash while it runs; after a power cut in between its receipt says so.
      secret: true,
    },
  }),
});
