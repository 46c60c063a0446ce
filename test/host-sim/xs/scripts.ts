/** Running scripts in the XS host, without a board around them. */
import { execFile } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as esbuild from 'esbuild';
import { repositoryRoot } from '../../../host-sim/bundle/firmware.js';
import { language } from '../../../host-sim/bundle/language.js';

const inside = join(repositoryRoot, 'test', 'host-sim', 'xs', 'inside');

export interface ScriptRun {
  code: number | string | null;
  /** What it logged. */
  logs: string[];
  /** Its last words: the reason of a fault. */
  fault?: string;
  errors: string;
}

/** @param options of the host, such as --heap */
export async function runScript(program: string, text: string, options: string[] = []): Promise<ScriptRun> {
  const folder = mkdtempSync(join(tmpdir(), 'holdfast-xs-'));
  const script = join(folder, 'script.js');
  writeFileSync(script, text);
  try {
    return await new Promise(resolve => {
      execFile(
        program,
        ['--script', script, '--directory', join(folder, 'flash'), ...options],
        { maxBuffer: 64 * 1024 * 1024 },
        (error, stdout, errors) => {
          const lines = stdout
            .split('\n')
            .filter(Boolean)
            .map(line => JSON.parse(line) as { log?: string; fault?: string });
          resolve({
            code: error ? (error.code ?? error.signal ?? null) : 0,
            logs: lines.flatMap(({ log }) => (log === undefined ? [] : [log])),
            fault: lines.find(({ fault }) => fault !== undefined)?.fault,
            errors,
          });
        },
      );
    });
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** In place of test/firmware/vectors.ts, which reads files: what the test file names, as text. */
function embedVectors(file: string): esbuild.Plugin {
  return {
    name: 'embed-vectors',
    setup(build) {
      build.onLoad({ filter: /test[\\/]firmware[\\/]vectors\.ts$/ }, () => {
        const folder = process.env.HOLDFAST_VECTORS;
        const text = readFileSync(join(repositoryRoot, file), 'utf8');
        const names = [...text.matchAll(/vectorTest\(\s*'[^']*',\s*'([^']+)'/g)].map(([, name]) => name);
        const found = names.filter(name => folder && existsSync(join(folder, name)));
        const vectors = Object.fromEntries(
          found.map(name => [name, readFileSync(join(folder!, name), 'utf8')]),
        );
        const contents = `import test from 'ava';
          const vectors = ${JSON.stringify(vectors)};
          export function vectorTest(title, file, body) {
            test(title, t => (vectors[file] === undefined ? t.pass() : body(t, vectors[file])));
          }`;
        return { contents, loader: 'js', resolveDir: repositoryRoot };
      });
    },
  };
}

/** Where a test file says `portableCrypto()` it gets the native one. */
const nativeInPlace: esbuild.Plugin = {
  name: 'native-in-place',
  setup(build) {
    build.onLoad({ filter: /firmware[\\/]crypto[\\/]portable\.ts$/ }, () => ({
      contents: 'export const portableCrypto = () => ports.crypto;',
      loader: 'js',
    }));
  },
};

/** A test file with the runner around it, or the reason why it can only run on Node. */
export async function bundleTests(
  file: string,
  { native = false } = {},
): Promise<{ text: string } | { onlyNode: string }> {
  const require = createRequire(import.meta.url);
  const stand: Record<string, string> = {
    ava: join(inside, 'ava.ts'),
    'fast-check': join(inside, 'fastCheck.ts'),
    'node:crypto': join(inside, 'nodeCrypto.ts'),
    'test-file': join(repositoryRoot, file),
    bl: join(repositoryRoot, 'firmware/mqtt/shims/bl.cjs'),
    debug: join(repositoryRoot, 'firmware/mqtt/shims/debug.cjs'),
    events: join(repositoryRoot, 'firmware/mqtt/shims/events.cjs'),
    'process-nextick-args': join(repositoryRoot, 'firmware/mqtt/shims/nextTick.cjs'),
    buffer: require.resolve('buffer/'),
  };
  try {
    const { outputFiles } = await esbuild.build({
      absWorkingDir: repositoryRoot,
      entryPoints: [join(inside, 'main.ts')],
      bundle: true,
      write: false,
      format: 'esm',
      platform: 'neutral',
      mainFields: ['module', 'main'],
      conditions: ['import'],
      ...language,
      supported: { ...language.supported, 'top-level-await': true },
      alias: stand,
      plugins: [embedVectors(file), ...(native ? [nativeInPlace] : [])],
      define: { 'process.env.NODE_ENV': '"test"', global: 'globalThis' },
      tsconfigRaw: { compilerOptions: { target: 'ES2021', useDefineForClassFields: true } },
      logLevel: 'silent',
    });
    // Within start, where nothing is preloaded: tests change what they made.
    const { text } = outputFiles[0];
    return { text: `var image = { start(ports) { (async () => { ${text} })(); } };` };
  } catch (error) {
    const { errors = [] } = error as esbuild.BuildFailure;
    const reasons = errors.map(({ text, location }) => `${text}${location ? ` (${location.file})` : ''}`);
    return { onlyNode: reasons[0] ?? String(error) };
  }
}
