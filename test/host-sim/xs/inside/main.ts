/** Runs a test file inside XS; 'test-file' stands for it where this is bundled, and `ports` lies in its scope. */
import { Buffer } from 'buffer';
import type { Ports } from '../../../../firmware/port/ports.js';
import { install } from './globals.js';

declare const ports: Ports;
/** The environment that a test finds in process.env. */
declare const environment: Record<string, string>;

const say = (line: unknown) => ports.console.log(JSON.stringify(line));
try {
  install(ports, Buffer, environment);
  const { runTests } = await import('./ava.js');
  await import('test-file' as string);
  await runTests(() => ports.clock.monotonic(), say);
  say({ done: true });
} catch (error) {
  say({ broken: `${error} ${(error as Error).stack}` });
}
ports.boot.restart('update');
