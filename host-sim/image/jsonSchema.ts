/**
 * JSON Schema (2020-12) of a valibot schema, as far as people write them for params. What has no word there is left
 * out, so that the schema accepts no less than the board does, and at times more. (But for a list in the place of an
 * object, which valibot takes.)
 */

/** A JSON Schema, as plain data. */
export type JsonSchema = { readonly [word: string]: unknown };

/** The members of valibot's schemas and actions that are looked at. */
interface Part {
  kind: string;
  type: string;
  pipe?: Part[];
  entries?: Record<string, Part>;
  item?: Part;
  items?: Part[];
  options?: unknown[];
  literal?: unknown;
  enum?: Record<string, unknown>;
  value?: Part;
  wrapped?: Part;
  default?: unknown;
  requirement?: unknown;
  description?: string;
  title?: string;
}

/** @param schema of valibot */
export const jsonSchemaOf = (schema: unknown): JsonSchema => convert(schema as Part);

function convert(schema: Part): JsonSchema {
  const made = { ...baseOf(schema) };
  const [, ...actions] = schema.pipe ?? [];
  for (const action of actions) Object.assign(made, wordsOf(action, made));
  return made;
}

const simple: Record<string, JsonSchema> = {
  string: { type: 'string' },
  number: { type: 'number' },
  boolean: { type: 'boolean' },
  null: { type: 'null' },
};

function baseOf(schema: Part): JsonSchema {
  const { type } = schema;
  if (Object.hasOwn(simple, type)) return simple[type];
  if (/^(strict_|loose_)?object$/.test(type)) return objectOf(schema);
  if (type === 'literal') return { const: schema.literal };
  if (type === 'picklist') return { enum: schema.options };
  if (type === 'enum') return { enum: Object.values(schema.enum ?? {}) };
  if (type === 'array') return { type: 'array', items: convert(schema.item!) };
  if (/^(strict_)?tuple$/.test(type)) {
    const items = (schema.items ?? []).map(convert);
    return { type: 'array', prefixItems: items, minItems: items.length, items: type === 'tuple' };
  }
  if (type === 'record') return { type: 'object', additionalProperties: convert(schema.value!) };
  if (type === 'union' || type === 'variant') return { anyOf: (schema.options as Part[]).map(convert) };
  if (type === 'nullable' || type === 'nullish')
    return { anyOf: [convert(schema.wrapped!), simple.null], ...defaultOf(schema) };
  if (schema.wrapped) return { ...convert(schema.wrapped), ...defaultOf(schema) };
  return {};
}

const defaultOf = ({ default: value }: Part): JsonSchema =>
  value === undefined || typeof value === 'function' ? {} : { default: value };

const isOptional = ({ type }: Part): boolean => ['optional', 'nullish', 'exact_optional'].includes(type);

function objectOf({ entries = {}, type }: Part): JsonSchema {
  const names = Object.keys(entries);
  const required = names.filter(name => !isOptional(entries[name]));
  return {
    type: 'object',
    properties: Object.fromEntries(names.map(name => [name, convert(entries[name])])),
    ...(required.length > 0 && { required }),
    ...(type === 'strict_object' && { additionalProperties: false }),
  };
}

/** The words of one action of a pipe; none for what only code can say. */
function wordsOf(
  { description, pipe, requirement, title, type, ...rest }: Part,
  made: JsonSchema,
): JsonSchema {
  if (rest.kind === 'schema') return convert({ ...rest, type, pipe, requirement });
  const [least, most] = made.type === 'array' ? ['minItems', 'maxItems'] : ['minLength', 'maxLength'];
  if (type === 'integer' || type === 'safe_integer') return { type: 'integer' };
  if (type === 'min_value') return { minimum: requirement };
  if (type === 'max_value') return { maximum: requirement };
  if (type === 'gt_value') return { exclusiveMinimum: requirement };
  if (type === 'lt_value') return { exclusiveMaximum: requirement };
  if (type === 'multiple_of') return { multipleOf: requirement };
  if (type === 'min_length') return { [least]: requirement };
  if (type === 'max_length') return { [most]: requirement };
  if (type === 'length') return { [least]: requirement, [most]: requirement };
  if (type === 'non_empty') return { [least]: 1 };
  if (type === 'regex') return { pattern: (requirement as RegExp).source };
  if (type === 'description') return { description };
  if (type === 'title') return { title };
  return {};
}
