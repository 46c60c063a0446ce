/** The chip's TLS engine (firmware/esp32/native/tls.c), compiled for this machine against its mbedTLS. */
import { execFileSync, spawn } from 'node:child_process';
import { closeSync, mkdtempSync, openSync, readSync, rmSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TlsEngine } from '../../../firmware/esp32/tls.js';
import { repositoryRoot } from '../../../host-sim/node/repository.js';

export interface RunningEngine extends TlsEngine {
  close(): void;
}

/** The engine's program, or what is missing to make it. */
export function buildTlsEngine(): { program: string; remove(): void } | { missing: string } {
  const folder = mkdtempSync(join(tmpdir(), 'holdfast-tls-'));
  const remove = () => rmSync(folder, { recursive: true, force: true });
  const program = join(folder, 'engine');
  const native = join(repositoryRoot, 'firmware', 'esp32', 'native');
  const sources = [join(native, 'tls.c'), join(repositoryRoot, 'test', 'firmware', 'esp32', 'tlsEngine.c')];
  const flags = [
    '-std=gnu11',
    '-Wall',
    '-Wextra',
    '-Werror',
    '-g',
    '-fsanitize=address,undefined',
    `-I${native}`,
  ];
  const libraries = ['-lmbedtls', '-lmbedx509', '-lmbedcrypto'];
  try {
    execFileSync('cc', ['-xc', '-E', '-'], { input: '#include <mbedtls/ssl.h>\n', stdio: 'pipe' });
  } catch {
    remove();
    return { missing: 'a C compiler with mbedTLS (on Debian: apt-get install gcc libmbedtls-dev)' };
  }
  execFileSync('cc', [...flags, ...sources, '-o', program, ...libraries], { stdio: 'pipe' });
  return { program, remove };
}

const operations = { open: 0, take: 1, give: 2, step: 3, read: 4, write: 5, cause: 6, close: 7 } as const;

/** Its calls are synchronous, as they are on the chip. */
export function startTlsEngine(program: string): RunningEngine {
  const folder = mkdtempSync(join(tmpdir(), 'holdfast-tls-'));
  const [to, from] = [join(folder, 'to'), join(folder, 'from')];
  execFileSync('mkfifo', [to, from]);
  const child = spawn(program, [to, from], { stdio: ['ignore', 'ignore', 'inherit'] });
  child.unref();
  const output = openSync(to, 'w');
  const input = openSync(from, 'r');

  function receive(length: number): Buffer {
    const bytes = Buffer.alloc(length);
    for (let at = 0; at < length; ) {
      const count = readSync(input, bytes, at, length - at, null);
      if (count === 0) throw new Error('the TLS engine ended');
      at += count;
    }
    return bytes;
  }

  function call(
    operation: keyof typeof operations,
    connection: number,
    most: number,
    bytes = new Uint8Array(0),
  ) {
    const head = Uint32Array.of(operations[operation], connection, most, bytes.length);
    writeSync(output, Buffer.concat([Buffer.from(head.buffer), bytes]));
    const [result, length] = new Int32Array(Uint8Array.from(receive(8)).buffer);
    return { result, bytes: receive(length) };
  }

  const into = (target: ArrayBuffer, { bytes, result }: { bytes: Buffer; result: number }): number => {
    new Uint8Array(target).set(bytes);
    return result;
  };
  return {
    tlsOpen(host, authority, length) {
      const name = Buffer.from(`${host}\0`);
      const bytes = Buffer.concat([name, new Uint8Array(authority, 0, length)]);
      return call('open', 0, name.length, bytes).result;
    },
    tlsTake: (number, source, offset, length) =>
      call('take', number, 0, new Uint8Array(source, offset, length)).result,
    tlsGive: (number, target, most) => into(target, call('give', number, most)),
    tlsStep: number => call('step', number, 0).result,
    tlsRead: (number, target, most) => into(target, call('read', number, most)),
    tlsWrite: (number, source, offset, length) =>
      call('write', number, 0, new Uint8Array(source, offset, length)).result,
    tlsCause: (number, target, most) => into(target, call('cause', number, most)),
    tlsClose: number => void call('close', number, 0),
    close() {
      closeSync(output);
      closeSync(input);
      child.kill();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
