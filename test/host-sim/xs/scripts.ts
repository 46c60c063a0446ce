/** Running scripts in the XS host, without a board around them. */
import { execFile } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire, isBuiltin } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as esbuild from 'esbuild';
import { language } from '../../../host-sim/node/bundle/language.js';
import { repositoryRoot } from '../../../host-sim/node/repository.js';

const inside = join(repositoryRoot, 'test', 'host-sim', 'xs', 'inside');

export interface ScriptRun {
  code: number | string | null;
  /** The lines that the script logged. */
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

/** The number of runs of a property inside XS. */
const runs = process.env.HOLDFAST_XS_RUNS || '100';

/** Tests find the vectors of others where they look for them on Node; see embedFiles. */
function environment(): Record<string, string> {
  const { HOLDFAST_REQUIRE_TOOLS, HOLDFAST_VECTORS } = process.env;
  return {
    HOLDFAST_RUNS: runs,
    ...(HOLDFAST_REQUIRE_TOOLS && { HOLDFAST_REQUIRE_TOOLS }),
    ...(HOLDFAST_VECTORS && { HOLDFAST_VECTORS: 'vectors' }),
  };
}

function vectors(): Record<string, string> {
  const folder = process.env.HOLDFAST_VECTORS;
  if (!folder) return {};
  const names = readdirSync(folder, { recursive: true, encoding: 'utf8' });
  const texts = names.filter(name => /\.(json|io)$/.test(name));
  return Object.fromEntries(texts.map(name => [`vectors/${name}`, readFileSync(join(folder, name), 'utf8')]));
}

/** In place of node:fs: the vectors of others, as files that can be read and nothing else. */
const embedFiles: esbuild.Plugin = {
  name: 'embed-files',
  setup(build) {
    build.onResolve({ filter: /^node:fs$/ }, () => ({ path: 'files', namespace: 'embedded' }));
    build.onLoad({ filter: /^files$/, namespace: 'embedded' }, () => ({
      contents: `const files = ${JSON.stringify(vectors())};
        export const existsSync = path => Object.hasOwn(files, path);
        export const readFileSync = path => {
          if (!existsSync(path)) throw new Error(\`no file \${path} inside XS\`);
          return files[path];
        };`,
      loader: 'js',
    }));
  },
};

/** A test file that says `portableCrypto()` or `portableJson()` gets the native one. */
const nativeInPlace: esbuild.Plugin = {
  name: 'native-in-place',
  setup(build) {
    build.onLoad({ filter: /firmware[\\/]crypto[\\/]portable\.ts$/ }, () => ({
      contents: 'export const portableCrypto = () => ports.crypto;',
      loader: 'js',
    }));
    build.onLoad({ filter: /firmware[\\/]json[\\/]portable\.ts$/ }, () => ({
      contents: 'export const portableJson = () => ports.json;',
      loader: 'js',
    }));
  },
};

/**
 * A test file with the runner around it, or the reason why it can only run on Node: what it imports of Node.
 * @throws esbuild.BuildFailure for any other reason
 */
export async function bundleTests(
  file: string,
  { native = false } = {},
): Promise<{ text: string } | { onlyNode: string }> {
  const require = createRequire(import.meta.url);
  const stand: Record<string, string> = {
    ava: join(inside, 'ava.ts'),
    'fast-check': join(inside, 'fastCheck.ts'),
    'node:crypto': join(inside, 'nodeCrypto.ts'),
    'node:path': join(inside, 'nodePath.ts'),
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
      // A library's other side than Node's, where it has one.
      conditions: ['import', 'browser'],
      ...language,
      supported: { ...language.supported, 'top-level-await': true },
      alias: stand,
      plugins: [embedFiles, ...(native ? [nativeInPlace] : [])],
      define: {
        'process.env.NODE_ENV': '"test"',
        global: 'globalThis',
        environment: JSON.stringify(environment()),
      },
      tsconfigRaw: { compilerOptions: { target: 'ES2021', useDefineForClassFields: true } },
      logLevel: 'silent',
    });
    // Within start, where nothing is preloaded: tests change what they made.
    const { text } = outputFiles[0];
    return { text: `var image = { start(ports) { (async () => { ${text} })(); } };` };
  } catch (error) {
    const { errors = [] } = error as Partial<esbuild.BuildFailure>;
    const node = errors.find(({ text }) => wantsNode(text));
    if (!node) throw error;
    return { onlyNode: `${node.text} (${node.location?.file})` };
  }
}

/** A module of Node's that has no stand here, or more of one than its stand has. */
function wantsNode(problem: string): boolean {
  const name = /^Could not resolve "([^"]+)"/.exec(problem)?.[1];
  if (name !== undefined) return isBuiltin(name);
  return /^No matching export in "(embedded:files|.*[\\/]inside[\\/]node\w+\.ts)"/.test(problem);
}
