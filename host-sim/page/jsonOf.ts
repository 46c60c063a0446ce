/** A list or an object that a person types. */
import type { Json } from './protocol.js';

/** Characters of it; a command has fewer bytes. */
const CHARACTERS_MAX = 16_000;

/** The value in the text; undefined where the text is too long, no JSON, or not of that type. */
export function parseJsonOf(type: 'array' | 'object', text: string): Json | undefined {
  if (text.length > CHARACTERS_MAX) return undefined;
  try {
    const value = JSON.parse(text) as Json;
    const isArray = Array.isArray(value);
    return typeof value === 'object' && value !== null && isArray === (type === 'array') ? value : undefined;
  } catch {
    return undefined;
  }
}
