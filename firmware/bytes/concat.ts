/** The parts one after the other, in new memory, also when there is only one. */
export function concat(...parts: Uint8Array[]): Uint8Array {
  const count = parts.length;
  let length = 0;
  // By index: an interpreter's iterator takes a third more steps.
  for (let i = 0; i < count; i++) length += parts[i].length;
  const whole = new Uint8Array(length);
  for (let i = 0, at = 0; i < count; at += parts[i++].length) whole.set(parts[i], at);
  return whole;
}
