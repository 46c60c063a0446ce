/** A whole number between bounds, that a person may choose. */
import type { Count } from '../protocol.js';

export function Choice({
  count: { label, least, most },
  onChoice,
  value,
}: {
  count: Count;
  value: number | undefined;
  onChoice(value: number): void;
}) {
  return (
    <label class="choice">
      {label}{' '}
      <input
        type="number"
        min={least}
        max={most}
        value={value}
        onChange={({ currentTarget: { valueAsNumber } }) => {
          if (Number.isInteger(valueAsNumber)) onChoice(Math.min(most, Math.max(least, valueAsNumber)));
        }}
      />
    </label>
  );
}
