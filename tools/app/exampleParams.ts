/** Params that an action would take, made up from its JSON Schema: for hints that can be typed as they are. */
import type { JsonSchema } from '../../host-sim/image/jsonSchema.js';

/** A value that matches the schema where it is as simple as most are; null where nothing is known of it. */
export function exampleOf(schema: JsonSchema): unknown {
  if ('default' in schema) return schema.default;
  if ('const' in schema) return schema.const;
  if (Array.isArray(schema.enum)) return schema.enum[0];
  if (Array.isArray(schema.anyOf)) return exampleOf(schema.anyOf[0] as JsonSchema);
  switch (schema.type) {
    case 'boolean':
      return true;
    case 'integer':
    case 'number':
      return Math.max(1, Number(schema.minimum ?? 1));
    case 'string':
      return 'text'.padEnd(Number(schema.minLength ?? 0), '.').slice(0, Number(schema.maxLength ?? 80));
    case 'array':
      return [];
    case 'object':
      return Object.fromEntries(
        ((schema.required as string[]) ?? []).map(name => [
          name,
          exampleOf((schema.properties as Record<string, JsonSchema>)[name]),
        ]),
      );
    default:
      return null;
  }
}
