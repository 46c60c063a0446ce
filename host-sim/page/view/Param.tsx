/** One member of an action's params, in a form, as the JSON Schema of the app's face describes it. */
import { useId, useState } from 'preact/hooks';
import { parseJsonOf } from '../jsonOf.js';
import type { Json } from '../protocol.js';

export interface ParamSchema {
  type?: string;
  properties?: Readonly<Record<string, ParamSchema>>;
  required?: readonly string[];
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
export function firstValue(schema: ParamSchema): Json {
  const { default: given, enum: choices, maximum, minimum, properties = {}, required = [], type } = schema;
  if (given !== undefined) return given;
  if (choices) return choices[0] ?? null;
  if (type === 'boolean') return true;
  if (type === 'string') return '';
  if (type === 'array') return [];
  if (type === 'object')
    return Object.fromEntries(required.map(name => [name, firstValue(properties[name] ?? {})]));
  return Math.max(minimum ?? Number.NEGATIVE_INFINITY, Math.min(0, maximum ?? 0));
}

interface ParamProperties {
  name: string;
  schema: ParamSchema;
  value: Json;
  onChange(value: Json): void;
}

/** A choice, a switch, a text, JSON or a number. */
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
  if (type === 'object' || type === 'array') return <JsonField {...{ id, onChange, type, value }} />;
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

/** A list or an object as JSON; while the text is neither, the form does not send. */
function JsonField({
  id,
  onChange,
  type,
  value,
}: Pick<ParamProperties, 'onChange' | 'value'> & { id: string; type: 'array' | 'object' }) {
  const [text, setText] = useState(() => JSON.stringify(value));
  return (
    <textarea
      id={id}
      rows={2}
      spellcheck={false}
      value={text}
      onInput={({ currentTarget: field }) => {
        const parsed = parseJsonOf(type, field.value);
        field.setCustomValidity(parsed === undefined ? `This is no ${type} in JSON.` : '');
        setText(field.value);
        if (parsed !== undefined) onChange(parsed);
      }}
    />
  );
}
