import { join } from 'node:path';
import test from 'ava';
import ts from 'typescript';
import { root } from './sources.js';

const folder = join(root, 'firmware');

/** One line that a board's engine cannot run, and its twin that it can. */
const pairs: Record<string, [refused: string, allowed: string]> = {
  Buffer: ['export const x = Buffer.alloc(1);', 'export const x = new Uint8Array(1);'],
  process: ['export const x = process.pid;', 'export const x = Math.PI;'],
  'Array.at': ['export const x = [1].at(-1);', 'export const x = [1][0];'],
  'Object.hasOwn': ['export const x = Object.hasOwn({}, "a");', 'export const x = "a" in {};'],
  toSorted: ['export const x = [1].toSorted();', 'export const x = [1].slice().sort();'],
  findLast: ['export const x = [1].findLast(Boolean);', 'export const x = [1].find(Boolean);'],
  'Error cause': ['export const x = new Error("a", { cause: 1 });', 'export const x = new Error("a");'],
  console: ['console.log("a");', 'export const x = 1;'],
  setTimeout: ['setTimeout(() => {}, 1);', 'void Promise.resolve();'],
  TextEncoder: ['export const x = new TextEncoder();', 'export const x = String.fromCharCode(1);'],
  URL: ['export const x = new URL("a:b");', 'export const x = encodeURIComponent("a");'],
  crypto: ['export const x = crypto.subtle;', 'export const x = new DataView(new ArrayBuffer(1));'],
  fetch: ['export const x = fetch("a");', 'export const x = new Map<number, string>();'],
  structuredClone: ['export const x = structuredClone({});', 'export const x = { ...{} };'],
  'node:': ['export { readFile } from "node:fs";', 'export type { Ports } from "./port/ports.js";'],
};

/** Checks firmware/ as its own tsconfig says, with the lines above as files among the others. */
function check(): { ofProject: string[]; ofProbes: Map<string, number>; options: ts.CompilerOptions } {
  const read = ts.readConfigFile(join(folder, 'tsconfig.json'), ts.sys.readFile);
  const config = ts.parseJsonConfigFileContent(read.config, ts.sys, folder);
  const probes = new Map<string, string>();
  for (const [name, texts] of Object.entries(pairs)) {
    texts.forEach((text, twin) => {
      probes.set(
        join(folder, `probe-${Object.keys(pairs).indexOf(name)}-${twin}.ts`),
        `${text}\nexport {};\n`,
      );
    });
  }
  const host = ts.createCompilerHost(config.options);
  const { getSourceFile, fileExists, readFile } = host;
  host.fileExists = path => probes.has(path) || fileExists(path);
  host.readFile = path => probes.get(path) ?? readFile(path);
  host.getSourceFile = (path, languageVersion, ...rest) => {
    const text = probes.get(path);
    return text === undefined
      ? getSourceFile(path, languageVersion, ...rest)
      : ts.createSourceFile(path, text, languageVersion);
  };
  const program = ts.createProgram([...config.fileNames, ...probes.keys()], config.options, host);
  const ofProbes = new Map([...probes.keys()].map(path => [path, 0]));
  const ofProject: string[] = [];
  for (const diagnostic of [...config.errors, ...ts.getPreEmitDiagnostics(program)]) {
    const path = diagnostic.file?.fileName;
    const count = path === undefined ? undefined : ofProbes.get(path);
    if (path !== undefined && count !== undefined) ofProbes.set(path, count + 1);
    else ofProject.push(`${path}: ${ts.flattenDiagnosticMessageText(diagnostic.messageText, ' ')}`);
  }
  return { ofProject, ofProbes, options: config.options };
}

const checked = check();

test('firmware/ type-checks with the library of ES2021 and no types of a platform', t => {
  t.deepEqual(checked.options.lib, ['lib.es2021.d.ts']);
  t.deepEqual(checked.options.types, []);
  t.deepEqual(checked.ofProject, []);
});

Object.keys(pairs).forEach((name, i) => {
  test(`the type check refuses ${name} in firmware/, and only that`, t => {
    t.true((checked.ofProbes.get(join(folder, `probe-${i}-0.ts`)) ?? 0) > 0, pairs[name][0]);
    t.is(checked.ofProbes.get(join(folder, `probe-${i}-1.ts`)), 0, pairs[name][1]);
  });
});
