/**
 * Globals that test files and their libraries take for granted and XS lacks. Imported first. The firmware under test does
 * without: that is checked elsewhere (test/structure).
 */
import { decodeText, encodeText } from '../../../../firmware/bytes/text.js';
import type { Ports } from '../../../../firmware/port/ports.js';

const everywhere = globalThis as unknown as Record<string, unknown>;

/** Data: objects, arrays, bytes and primitives. */
function clone<Value>(value: Value): Value {
  if (typeof value !== 'object' || value === null) return value;
  if (value instanceof Uint8Array) return Uint8Array.from(value) as Value;
  if (Array.isArray(value)) return value.map(clone) as Value;
  return Object.fromEntries(Object.entries(value).map(([key, part]) => [key, clone(part)])) as Value;
}

/** @param ports of the machine that runs the tests */
export function install(ports: Ports, Buffer: unknown, env: Record<string, string>): void {
  const cancels = new Map<number, () => void>();
  let last = 0;
  const define = (name: string, value: unknown) =>
    Object.defineProperty(everywhere, name, { value, configurable: true, writable: true });
  define('setTimeout', (callback: (...values: unknown[]) => void, milliseconds = 0, ...values: unknown[]) => {
    const id = ++last;
    cancels.set(
      id,
      ports.clock.after(milliseconds, () => callback(...values)),
    );
    return id;
  });
  define('clearTimeout', (id: number) => cancels.get(id)?.());
  define('setImmediate', (callback: () => void) => ports.clock.after(0, callback));
  define('queueMicrotask', (callback: () => void) => void Promise.resolve().then(callback));
  define('structuredClone', clone);
  define('Buffer', Buffer);
  define('performance', { now: () => ports.clock.monotonic() });
  define('console', { log() {}, warn() {}, error() {} });
  define('process', { env, nextTick: (action: () => void) => void Promise.resolve().then(action) });
  define(
    'TextEncoder',
    class {
      encode(text = ''): Uint8Array {
        return encodeText(text);
      }
    },
  );
  define(
    'TextDecoder',
    class {
      decode(bytes: Uint8Array): string {
        const text = decodeText(bytes);
        if (text === undefined) throw new TypeError('not UTF-8');
        return text;
      }
    },
  );
  define('crypto', {
    getRandomValues(target: Uint8Array) {
      ports.entropy.fill(target);
      return target;
    },
  });
}
