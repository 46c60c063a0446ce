/** A command line of holdfast, run as a process of its own in the world's folder: what the page shows is what runs. */
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { repositoryRoot } from '../../host-sim/node/repository.js';
import type { ActOutcome, Json } from '../../host-sim/page/protocol.js';
import { refusalOf } from './act.js';

/** Characters of a document that are kept. */
const DOCUMENT_CHARACTERS_MAX = 1_000_000;

export interface RunPlace {
  directory: string;
  /** The name of the world there, where it has one. */
  world?: string;
  signal: AbortSignal;
}

/** Runs words that a page sent to their end, where a page may, with those files of the world. Never rejects. */
export function runWords(
  words: readonly string[],
  place: RunPlace & { files?: readonly string[] },
): Promise<ActOutcome> {
  const refused = refusalOf(words, place.files);
  return refused === undefined ? runOwnWords(words, place) : Promise.resolve({ ok: false, says: refused });
}

/** Runs words of our own to their end. Never rejects. */
export function runOwnWords(
  words: readonly string[],
  { directory, signal, world }: RunPlace,
): Promise<ActOutcome> {
  const all = [...words, ...(world === undefined ? [] : ['--world', world]), '--json'];
  const environment = { ...process.env, NO_COLOR: '1', CI: '1' };
  return new Promise(resolve => {
    const child = spawn(process.execPath, [join(repositoryRoot, 'tools/holdfast.mjs'), ...all], {
      ...{ cwd: directory, env: environment, signal },
      stdio: ['ignore', 'pipe', 'pipe'],
      killSignal: 'SIGINT',
    });
    let [out, err] = ['', ''];
    child.stdout.on('data', piece => {
      out = (out + piece).slice(0, DOCUMENT_CHARACTERS_MAX);
    });
    child.stderr.on('data', piece => {
      err = (err + piece).slice(-DOCUMENT_CHARACTERS_MAX);
    });
    child.on('error', error => resolve({ ok: false, says: error.message }));
    child.on('close', status => resolve(outcomeOf(status, out, err)));
  });
}

function outcomeOf(status: number | null, out: string, err: string): ActOutcome {
  const document = parsed(out);
  const ok = status === 0;
  return { ok, says: ok ? 'done' : (faultIn(document) ?? lastLine(err) ?? 'it failed'), document };
}

const lastLine = (text: string): string | undefined => text.trim().split('\n').at(-1) || undefined;

/** The words of a failure in a document of a command. */
function faultIn(document: Json | undefined): string | undefined {
  if (typeof document !== 'object' || document === null || !('error' in document)) return undefined;
  const { error } = document;
  if (typeof error === 'string') return error;
  return typeof error === 'object' && error !== null && 'message' in error
    ? String(error.message)
    : undefined;
}

function parsed(text: string): Json | undefined {
  try {
    return JSON.parse(text) as Json;
  } catch {
    return undefined;
  }
}
