/** The settings of an app by its face: what is set beside what holds by default, and a change before it costs a link. */
import type { Face } from '../../host-sim/image/describe.js';
import type { JsonSchema } from '../../host-sim/image/jsonSchema.js';
import { nearest } from '../cli/nearest.js';
import { faultOfValue } from './checkOrder.js';

/** `config` is shown by the signed status; of `secrets` the board says names alone, and only in its receipts. */
export type SettingsKind = 'config' | 'secrets';

/** The names of the framework's orders that change them. */
export const SETTINGS_ACTIONS = { config: 'holdfast.config', secrets: 'holdfast.secret' } as const;

/** A change as an order carries it. */
export interface SettingsChange {
  set?: Record<string, unknown>;
  reset?: string[];
}

/** One member of a configuration as it holds on the board. */
export interface Setting {
  name: string;
  /** Undefined where nothing is set and the face knows no default. */
  value: unknown;
  /** `set` by the owner; `default` of the app. */
  from: 'set' | 'default';
}

const membersOf = (schema: JsonSchema | undefined): Record<string, JsonSchema> =>
  (schema?.properties ?? {}) as Record<string, JsonSchema>;

/**
 * All settings, those of the face first. Without a face only what is set is known.
 *
 * @param set by the board's signed status
 */
export function settingsOf(face: Face | undefined, set: Record<string, unknown>): Setting[] {
  const members = membersOf(face?.config);
  const names = [...new Set([...Object.keys(members), ...Object.keys(set)])];
  return names.map(name =>
    Object.hasOwn(set, name)
      ? { name, value: set[name], from: 'set' }
      : { name, value: members[name].default, from: 'default' },
  );
}

/** The change that a person writes as one object, in which null is a setting's way back to its default. */
export function changeOf(wish: Record<string, unknown>): SettingsChange {
  const names = Object.keys(wish);
  const reset = names.filter(name => wish[name] === null);
  const set = Object.fromEntries(Object.entries(wish).filter(([, value]) => value !== null));
  return {
    ...(Object.keys(set).length > 0 && { set }),
    ...(reset.length > 0 && { reset }),
  };
}

/** The fault of a change, as a sentence without a secret's value; undefined when nothing is known to be. */
export function faultOfChange(face: Face, kind: SettingsKind, change: SettingsChange): string | undefined {
  const schema = face[kind];
  if (!schema) return `The app ${face.app} has no ${kind === 'config' ? 'configuration' : 'secrets'}.`;
  const members = membersOf(schema);
  for (const name of [...Object.keys(change.set ?? {}), ...(change.reset ?? [])]) {
    if (Object.hasOwn(members, name)) continue;
    const meant = nearest(name, Object.keys(members));
    return `The app ${face.app} has no setting ${name}${meant ? `: did you mean ${meant}?` : `; it has ${Object.keys(members).join(', ')}.`}`;
  }
  for (const [name, value] of Object.entries(change.set ?? {})) {
    const fault = faultOfValue(members[name], value, name);
    if (fault) return kind === 'config' ? `${fault}.` : `${name} does not have the form that the app takes.`;
  }
  return undefined;
}
