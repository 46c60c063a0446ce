/** An order against the face of the app that would run it, before it costs a link on chain. */
import { FRAMEWORK } from '../../firmware/app/app.js';
import type { Face } from '../../host-sim/image/describe.js';
import type { JsonSchema } from '../../host-sim/image/jsonSchema.js';
import { nearest } from '../cli/nearest.js';
import { exampleOf } from './exampleParams.js';

/** The fault of an order, as a sentence with its remedy; undefined when nothing is known to be. */
export function faultOfOrder(
  face: Face,
  action: string,
  params: unknown,
  irreversible: boolean,
): string | undefined {
  // The framework's own actions are the same in every image of a version.
  if (action === 'holdfast.config' && !face.config) return `The app ${face.app} has no configuration.`;
  if (action.startsWith(`${FRAMEWORK}.`)) return undefined;
  const names = Object.keys(face.actions).map(name => `${face.app}.${name}`);
  if (!names.includes(action)) {
    const meant = nearest(action, names);
    return `The app of this board has no action ${action}${meant ? `: did you mean ${meant}?` : `; it has ${names.join(', ')}.`}`;
  }
  const { class: kind, params: schema } = face.actions[action.slice(face.app.length + 1)];
  const fault = faultOfValue(schema, params, 'params');
  if (fault) return `${action}: ${fault}. It takes, for example, '${JSON.stringify(exampleOf(schema))}'.`;
  if (kind === 'irreversible' && !irreversible)
    return `${action} cannot be undone: the board runs it only with the fleet’s signers (--irreversible).`;
  return undefined;
}

const typeOf = (value: unknown): string =>
  value === null
    ? 'null'
    : Array.isArray(value)
      ? 'array'
      : Number.isInteger(value)
        ? 'integer'
        : typeof value;

const isOfType = (value: unknown, wanted: unknown): boolean =>
  wanted === undefined || typeOf(value) === wanted || (wanted === 'number' && typeof value === 'number');

/** The first fault of a value, with its place; undefined where the schema says nothing against it. */
export function faultOfValue(schema: JsonSchema, value: unknown, at: string): string | undefined {
  if (Array.isArray(schema.anyOf)) {
    const faults = (schema.anyOf as JsonSchema[]).map(each => faultOfValue(each, value, at));
    return faults.includes(undefined) ? undefined : faults[0];
  }
  if ('const' in schema && value !== schema.const) return `${at} must be ${JSON.stringify(schema.const)}`;
  if (Array.isArray(schema.enum) && !schema.enum.includes(value))
    return `${at} must be one of ${schema.enum.map(each => JSON.stringify(each)).join(', ')}`;
  if (!isOfType(value, schema.type)) return `${at} is of type ${typeOf(value)}, must be ${schema.type}`;
  if (typeof value === 'number') return faultOfNumber(schema, value, at);
  if (typeof value === 'string') return faultOfLength(schema, value.length, 'Length', 'characters', at);
  if (Array.isArray(value)) return faultOfList(schema, value, at);
  return typeof value === 'object' && value !== null
    ? faultOfObject(schema, value as Record<string, unknown>, at)
    : undefined;
}

function faultOfNumber(schema: JsonSchema, value: number, at: string): string | undefined {
  const { exclusiveMaximum, exclusiveMinimum, maximum, minimum, multipleOf } = schema as Record<
    string,
    number
  >;
  if (value < minimum) return `${at} is ${value}, must be ${minimum} or more`;
  if (value > maximum) return `${at} is ${value}, must be ${maximum} or less`;
  if (value <= exclusiveMinimum) return `${at} is ${value}, must be more than ${exclusiveMinimum}`;
  if (value >= exclusiveMaximum) return `${at} is ${value}, must be less than ${exclusiveMaximum}`;
  if (Number.isInteger(multipleOf) && value % multipleOf !== 0)
    return `${at} must be a multiple of ${multipleOf}`;
  return undefined;
}

function faultOfLength(
  schema: JsonSchema,
  length: number,
  what: 'Length' | 'Items',
  unit: string,
  at: string,
): string | undefined {
  const [least, most] = [schema[`min${what}`] as number, schema[`max${what}`] as number];
  if (length < least) return `${at} has ${length} ${unit}, must have ${least} or more`;
  if (length > most) return `${at} has ${length} ${unit}, must have ${most} or fewer`;
  return undefined;
}

function faultOfList(schema: JsonSchema, list: readonly unknown[], at: string): string | undefined {
  const fault = faultOfLength(schema, list.length, 'Items', 'elements', at);
  const { items } = schema;
  if (fault || typeof items !== 'object' || items === null) return fault;
  return firstFault(list, (each, i) => faultOfValue(items as JsonSchema, each, `${at}[${i}]`));
}

function faultOfObject(schema: JsonSchema, value: Record<string, unknown>, at: string): string | undefined {
  const properties = (schema.properties ?? {}) as Record<string, JsonSchema>;
  const missing = ((schema.required ?? []) as string[]).find(name => !Object.hasOwn(value, name));
  if (missing !== undefined) return `${at}.${missing} is missing`;
  return firstFault(Object.entries(value), ([name, member]) => {
    if (Object.hasOwn(properties, name)) return faultOfValue(properties[name], member, `${at}.${name}`);
    if (schema.additionalProperties !== false) return undefined;
    const meant = nearest(name, Object.keys(properties));
    return `${at} has no member ${name}${meant ? ` (did you mean ${meant}?)` : ''}`;
  });
}

function firstFault<T>(
  list: readonly T[],
  fault: (each: T, i: number) => string | undefined,
): string | undefined {
  for (let i = 0; i < list.length; i++) {
    const found = fault(list[i], i);
    if (found !== undefined) return found;
  }
  return undefined;
}
