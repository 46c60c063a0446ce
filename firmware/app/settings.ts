/**
 * Settings of an app that its owner sets by an order: a configuration, which the signed status shows, and secrets, which
 * nothing shows. What is kept is what the owner has set and nothing else, so that the defaults of a newer version hold
 * for the rest. A newer version reads what is kept at each start and writes nothing before the next order: an image that
 * fails its trial leaves the settings of the image before as they were.
 */

import { type GenericSchema, type InferOutput, safeParse } from 'valibot';
import { encodeRecord, RecordReader } from '../bytes/record.js';
import { decodeCbor, encodeCbor } from './cbor.js';
import type { Records } from './records.js';

/** All members that are set, as CBOR. The configuration is part of each status, which is one sealed message. */
export const SETTINGS_BYTES_MAX = 256;

/** The settings of an app; each member of the schema is optional, or has a default. */
export interface SettingsOptions<Schema extends GenericSchema> {
  /** A `strictObject`. */
  schema: Schema;
  /** The version of the schema, 1 if left out. Another one than that of what is kept calls `migrate`. */
  version?: number;
  /**
   * Makes members of this version out of those that an older version kept, or after a roll-back a newer one. Called at
   * each start until the owner sets something. Without it they are taken as they are.
   */
  migrate?(kept: unknown, version: number): unknown;
  /** Told of each change after it is durable. What it throws is a fault of the app; the change stays. */
  changed?(value: InferOutput<Schema>): void;
}

/** Settings as an app reads them. */
export interface Settings<Schema extends GenericSchema> {
  /** The value of now, defaults included. */
  readonly value: InferOutput<Schema>;
}

/** A change that an order asks for. */
export interface SettingsChange {
  set?: Record<string, unknown>;
  /** Members that go back to their defaults. */
  reset?: string[];
}

/** The record that settings lie in, as the framework keeps it. */
export interface SettingsPlace {
  records: Pick<Records, 'get' | 'put' | 'seal' | 'open'>;
  key: number;
  /** True for secrets: sealed in flash, and no message says a value. */
  isSecret: boolean;
  /** Told, in words without a value, of what was kept and does not fit. */
  onMisfit(line: string): void;
}

type Members = Record<string, unknown>;

const isMembers = (value: unknown): value is Members =>
  typeof value === 'object' && value !== null && !Array.isArray(value) && !ArrayBuffer.isView(value);

/** The settings of one kind, over their record. */
export class KeptSettings<Schema extends GenericSchema> implements Settings<Schema> {
  readonly #options: SettingsOptions<Schema>;
  readonly #place: SettingsPlace;
  #members: Members;
  #value: InferOutput<Schema>;

  /** Reads what is kept. Throws a TypeError on a schema that is no strict object, or has a member without a default. */
  constructor(options: SettingsOptions<Schema>, place: SettingsPlace) {
    this.#options = options;
    this.#place = place;
    const { type } = options.schema as { type?: unknown };
    if (type !== 'strict_object') throw new TypeError('settings have a v.strictObject as their schema');
    const defaults = safeParse(options.schema, {});
    if (!defaults.success) {
      throw new TypeError(`each setting is optional or has a default: ${defaults.issues[0].message}`);
    }
    this.#members = {};
    this.#value = defaults.output;
    this.#restore();
  }

  get value(): InferOutput<Schema> {
    return this.#value;
  }

  /** CBOR of the members that are set. */
  get encoded(): Uint8Array {
    return encodeCbor(this.#members);
  }

  get names(): string[] {
    return Object.keys(this.#members);
  }

  /** The reason, without a secret's value, why a change is refused; undefined when it is not. Never throws. */
  fault(change: unknown): string | undefined {
    const next = this.#after(change);
    return typeof next === 'string' ? next : undefined;
  }

  /** Makes a change that `fault` let pass, durable on return. */
  change(change: SettingsChange): void {
    const next = this.#after(change);
    if (typeof next === 'string') throw new TypeError(next);
    const { isSecret, key, records } = this.#place;
    const bytes = encodeCbor(next.members);
    const body = isSecret ? records.seal(bytes) : bytes;
    records.put([[key, encodeRecord([this.#options.version ?? 1, body])]]);
    this.#members = next.members;
    this.#value = next.value;
  }

  #after(change: unknown): { members: Members; value: InferOutput<Schema> } | string {
    if (!isMembers(change)) return 'a change is an object with set, reset or both';
    const { reset = [], set = {}, ...others } = change as SettingsChange & Members;
    const isWhole = isMembers(set) && Array.isArray(reset) && Object.keys(others).length === 0;
    if (!isWhole) return 'a change is an object with set, reset or both';
    const members: Members = { ...this.#members, ...set };
    for (const name of reset) {
      if (typeof name !== 'string' || !Object.keys(this.#entries).includes(name))
        return 'reset lists settings';
      delete members[name];
    }
    return this.#judge(members);
  }

  get #entries(): Members {
    return (this.#options.schema as unknown as { entries: Members }).entries;
  }

  #judge(members: Members): { members: Members; value: InferOutput<Schema> } | string {
    try {
      if (encodeCbor(members).length > SETTINGS_BYTES_MAX) {
        return `what is set has ${SETTINGS_BYTES_MAX} bytes as CBOR at most`;
      }
      const checked = safeParse(this.#options.schema, members);
      if (checked.success) return { members, value: checked.output };
      const [{ message, path }] = checked.issues;
      const name = `${(path?.[0] as { key?: unknown } | undefined)?.key ?? ''}`.slice(0, 31);
      return this.#place.isSecret ? `${name} is refused` : `${name}: ${message.slice(0, 80)}`;
    } catch {
      return 'the schema cannot judge these settings';
    }
  }

  #restore(): void {
    const { key, onMisfit, records } = this.#place;
    const record = records.get(key);
    if (!record) return;
    try {
      const next = this.#kept(record);
      if (typeof next === 'string') onMisfit(next);
      else {
        this.#members = next.members;
        this.#value = next.value;
      }
    } catch {
      onMisfit('what an older version kept could not be migrated');
    }
  }

  #kept(record: Uint8Array): { members: Members; value: InferOutput<Schema> } | string {
    const { isSecret, records } = this.#place;
    const { migrate, version: now = 1 } = this.#options;
    const reader = new RecordReader(record, 1024);
    const version = reader.number();
    const body = reader.bytes(1024);
    const bytes = isSecret ? records.open(body) : body;
    const kept = reader.end() && bytes ? decodeCbor(bytes) : undefined;
    const members = version === now || !migrate ? kept : migrate(kept, version);
    return isMembers(members) ? this.#judge(members) : 'what was kept cannot be read';
  }
}
