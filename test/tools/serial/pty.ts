/** A pseudo-terminal: the name of its one end for a program, the bytes of its other end for a test. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import test, { type ExecutionContext } from 'ava';

export interface Pty {
  /** The end that a program opens as its serial line. */
  path: string;
  onData(listener: (bytes: Buffer) => void): void;
  write(bytes: Uint8Array): void;
  /** The line goes away, as when a cable is pulled. */
  pull(): void;
}

/** Opens one; undefined where the machine has no program that does. It ends with the test. */
export async function openPty(t: ExecutionContext): Promise<Pty | undefined> {
  const child: ChildProcess = spawn('script', ['-qfc', 'stty raw -echo; tty; exec sleep 600', '/dev/null'], {
    stdio: ['pipe', 'pipe', 'ignore'],
  });
  const started = await Promise.race([once(child, 'spawn'), once(child, 'error')]);
  if (started[0] instanceof Error) return undefined;
  const pull = () => void child.kill();
  t.teardown(pull);
  let hear: (bytes: Buffer) => void = () => {};
  child.stdin!.on('error', () => {});
  const path = await new Promise<string>(resolve => {
    let said = '';
    child.stdout!.on('data', (chunk: Buffer) => {
      if (said.includes('\n')) return hear(chunk);
      said += chunk;
      if (said.includes('\n')) resolve(/\/\S+/.exec(said)?.[0] ?? '');
    });
  });
  return {
    path,
    pull,
    write: bytes => void child.stdin!.write(bytes),
    onData: listener => (hear = listener),
  };
}

/** A test on a pseudo-terminal; it says where it was not run. */
export function ptyTest(title: string, body: (t: ExecutionContext, pty: Pty) => Promise<void>): void {
  test.serial(title, async t => {
    const pty = await openPty(t);
    if (pty) return body(t, pty);
    t.log('NOT RUN: there is no script (bsdutils)');
    if (process.env.HOLDFAST_REQUIRE_TOOLS) t.fail('script');
    else t.pass();
  });
}
