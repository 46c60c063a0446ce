/**
 * Stands for ava where test files run inside XS: the part of it that tests of firmware/ use. A file's tests run one
 * after the other, and each says in a line of JSON how it went.
 */
import { isEqual, isLike, show } from './compare.js';

type Body = (t: Context, ...more: unknown[]) => unknown;
interface Expectation {
  message?: string | RegExp | ((message: string) => boolean);
  instanceOf?: new (...parameters: never[]) => unknown;
  code?: unknown;
  any?: boolean;
}

class AssertionFailure extends Error {}

const registered: { title: string; body: Body; more: unknown[] }[] = [];

/** The object that ava calls t. */
export class Context {
  readonly title: string;
  readonly context: Record<string, unknown> = {};
  readonly teardowns: (() => unknown)[] = [];
  assertions = 0;
  planned: number | undefined;

  constructor(title: string) {
    this.title = title;
  }

  readonly log = (): void => {};
  readonly timeout = (): void => {};
  readonly teardown = (action: () => unknown): void => void this.teardowns.push(action);
  readonly plan = (count: number): void => void (this.planned = count);
  readonly pass = (): boolean => this.#check(true, () => '');
  readonly fail = (message = 'failed'): boolean => this.#check(false, () => message);
  readonly assert = (value: unknown, message?: string): boolean =>
    this.#check(!!value, () => message ?? `${show(value)} is not truthy`);
  readonly truthy = this.assert;
  readonly falsy = (value: unknown, message?: string): boolean =>
    this.#check(!value, () => message ?? `${show(value)} is not falsy`);
  readonly true = (value: unknown, message?: string): boolean =>
    this.#check(value === true, () => message ?? `${show(value)} is not true`);
  readonly false = (value: unknown, message?: string): boolean =>
    this.#check(value === false, () => message ?? `${show(value)} is not false`);
  readonly is = (actual: unknown, expected: unknown, message = ''): boolean =>
    this.#check(Object.is(actual, expected), () => `${message} ${show(actual)} is not ${show(expected)}`);
  readonly not = (actual: unknown, other: unknown, message = ''): boolean =>
    this.#check(!Object.is(actual, other), () => `${message} ${show(actual)} on both sides`);
  readonly deepEqual = (actual: unknown, expected: unknown, message = ''): boolean =>
    this.#check(
      isEqual(actual, expected),
      () => `${message} ${show(actual)} does not equal ${show(expected)}`,
    );
  readonly notDeepEqual = (actual: unknown, other: unknown, message = ''): boolean =>
    this.#check(!isEqual(actual, other), () => `${message} ${show(actual)} on both sides`);
  readonly like = (actual: unknown, expected: unknown, message = ''): boolean =>
    this.#check(isLike(actual, expected), () => `${message} ${show(actual)} is not like ${show(expected)}`);
  readonly regex = (text: string, pattern: RegExp, message = ''): boolean =>
    this.#check(pattern.test(text), () => `${message} ${show(text)} does not match ${pattern}`);
  readonly notRegex = (text: string, pattern: RegExp, message = ''): boolean =>
    this.#check(!pattern.test(text), () => `${message} ${show(text)} matches ${pattern}`);

  readonly throws = (action: () => unknown, expected?: Expectation, message = ''): unknown => {
    let thrown: unknown;
    try {
      action();
    } catch (error) {
      thrown = error;
      return this.#checkThrown(thrown, expected, message);
    }
    this.#check(false, () => `${message} nothing was thrown`);
    return undefined;
  };

  readonly notThrows = (action: () => unknown, message = ''): void => {
    try {
      action();
    } catch (error) {
      this.#check(false, () => `${message} thrown: ${describe(error)}`);
    }
    this.#check(true, () => '');
  };

  readonly throwsAsync = async (
    action: Promise<unknown> | (() => unknown),
    expected?: Expectation,
    message = '',
  ): Promise<unknown> => {
    try {
      await (typeof action === 'function' ? action() : action);
    } catch (error) {
      return this.#checkThrown(error, expected, message);
    }
    this.#check(false, () => `${message} nothing was rejected`);
    return undefined;
  };

  readonly notThrowsAsync = async (
    action: Promise<unknown> | (() => unknown),
    message = '',
  ): Promise<void> => {
    try {
      await (typeof action === 'function' ? action() : action);
    } catch (error) {
      this.#check(false, () => `${message} rejected: ${describe(error)}`);
    }
    this.#check(true, () => '');
  };

  #checkThrown(thrown: unknown, expected: Expectation = {}, message: string): unknown {
    const said = `${(thrown as Error)?.message}`;
    const { message: wanted, instanceOf, code } = expected;
    const fits =
      wanted === undefined
        ? true
        : typeof wanted === 'string'
          ? said === wanted
          : typeof wanted === 'function'
            ? wanted(said)
            : wanted.test(said);
    const kind = instanceOf === undefined || thrown instanceof instanceOf;
    const coded = code === undefined || (thrown as { code?: unknown }).code === code;
    this.#check(fits && kind && coded, () => `${message} thrown was ${describe(thrown)}`);
    return thrown;
  }

  /** The message is made only for a failure: values can be large. */
  #check(holds: boolean, message: () => string): boolean {
    this.assertions++;
    if (!holds) throw new AssertionFailure(message().trim());
    return true;
  }
}

function describe(error: unknown): string {
  const { message, stack } = (error ?? {}) as Partial<Error>;
  return message === undefined ? show(error) : `${error} ${stack ?? ''}`;
}

interface Macro {
  exec: Body;
  title?(given: string | undefined, ...more: unknown[]): string;
}

/** test(title, body), test(title, macro, …), test(macro, …). */
function register(first: unknown, ...rest: unknown[]): void {
  const titled = typeof first === 'string';
  const given = titled ? (first as string) : undefined;
  const [what, ...more] = titled ? rest : [first, ...rest];
  const macro = what as Body | Macro;
  const body = typeof macro === 'function' ? macro : macro.exec;
  const named = (macro as Macro).title;
  registered.push({ title: named ? named(given, ...more) : (given ?? 'a test'), body, more });
}

type Test = typeof register & Record<string, unknown>;
const test = register as unknown as Test;
const before: Body[] = [];
const after: Body[] = [];
test.serial = register;
test.before = (...hook: unknown[]) => void before.push(hook[hook.length - 1] as Body);
test.after = Object.assign((...hook: unknown[]) => void after.push(hook[hook.length - 1] as Body), {
  always: (...hook: unknown[]) => void after.push(hook[hook.length - 1] as Body),
});
test.macro = (macro: unknown) => macro;
export default test;
export type ExecutionContext = Context;

async function runOne({ title, body, more }: (typeof registered)[number]): Promise<string | undefined> {
  const t = new Context(title);
  try {
    await body(t, ...more);
    if (t.planned !== undefined && t.planned !== t.assertions)
      return `${t.assertions} assertions, planned ${t.planned}`;
    return t.assertions === 0 ? 'no assertion' : undefined;
  } catch (error) {
    return describe(error);
  } finally {
    for (const teardown of t.teardowns.reverse()) await teardown();
  }
}

export interface Result {
  title: string;
  failure?: string;
  milliseconds: number;
}

/** Runs all tests that were registered; `say` gets what became of each. */
export async function runTests(now: () => number, say: (result: Result) => void): Promise<void> {
  const shared = new Context('hooks');
  for (const hook of before) await hook(shared);
  for (const one of registered) {
    const begin = now();
    const failure = (await runOne(one))?.slice(0, 1500);
    say({ title: one.title, failure, milliseconds: now() - begin });
  }
  for (const hook of after) await hook(shared);
}
