/** One member of an action's params, in a form, as the JSON Schema of the app's face describes it. */
import { useId } from 'preact/hooks';
import type { Json } from '../protocol.js';

export interface ParamSchema {
  type?: string;
  enum?: readonly Json[];
  default?: Json;
  minimum?: number;
  maximum?: number;
  maxLength?: number;
}

/** The members of an object's schema, in order. */
export const membersOf = (params: Json): [string, ParamSchema][] =>
  Object.entries((params as { properties?: Record<string, ParamSchema> } | null)?.properties ?? {});

/** A value that the schema allows, to begin with. */
export function firstValue({ default: given, enum: choices, maximum, minimum, type }: ParamSchema): Json {
  if (given !== undefined) return given;
  if (choices) return choices[0] ?? null;
  if (type === 'boolean') return true;
  if (type === 'string') return '';
  return Math.max(minimum ?? Number.NEGATIVE_INFINITY, Math.min(0, maximum ?? 0));
}

interface ParamProperties {
  name: string;
  schema: ParamSchema;
  value: Json;
  onChange(value: Json): void;
}

/** A choice, a switch, a text or a number. */
export function Param({ name, onChange, schema, value }: ParamProperties) {
  const id = useId();
  return (
    <span>
      <label for={id}>{name}</label> <Field {...{ id, onChange, schema, value }} />
    </span>
  );
}

function Field({ id, onChange, schema, value }: Omit<ParamProperties, 'name'> & { id: string }) {
  const { enum: choices, maximum, maxLength, minimum, type } = schema;
  if (choices)
    return (
      <select
        id={id}
        value={JSON.stringify(value)}
        onChange={event => onChange(JSON.parse(event.currentTarget.value) as Json)}
      >
        {choices.map(choice => (
          <option key={JSON.stringify(choice)} value={JSON.stringify(choice)}>
            {`${choice}`}
          </option>
        ))}
      </select>
    );
  if (type === 'boolean')
    return (
      <input
        id={id}
        type="checkbox"
        checked={value === true}
        onChange={event => onChange(event.currentTarget.checked)}
      />
    );
  if (type === 'string')
    return (
      <input
        id={id}
        type="text"
        maxLength={maxLength}
        value={`${value}`}
        onInput={event => onChange(event.currentTarget.value)}
      />
    );
  return (
    <input
      id={id}
      type="number"
      min={minimum}
      max={maximum}
      step={type === 'integer' ? 1 : 'any'}
      value={`${value}`}
      onInput={event => onChange(Number(event.currentTarget.value))}
    />
  );
}
