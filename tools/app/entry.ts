/** The main module of an image, or an author's app: which of the two a file is, by what it exports. */
import { existsSync } from 'node:fs';
import { type BuildFailure, build } from 'esbuild';
import { Failure } from '../cli/failure.js';

/** `main` exports `start(ports)`, `app` exports a function of a board as its default. */
export type EntryKind = 'main' | 'app';

/** @throws Failure `file`, `source`: the file is not there, does not parse, or exports neither */
export async function kindOfEntry(path: string): Promise<EntryKind> {
  if (!existsSync(path))
    throw new Failure('file', `There is no file ${path}: name the main module, or the app.`);
  const names = await exportsOf(path);
  if (names.includes('start')) return 'main';
  if (names.includes('default')) return 'app';
  throw new Failure(
    'source',
    `${path} exports ${names.length > 0 ? names.join(', ') : 'nothing'}, and no app: write "export default (board: Board) => defineApp({ … })".`,
  );
}

async function exportsOf(path: string): Promise<string[]> {
  try {
    const { metafile } = await build({
      entryPoints: [path],
      ...{ bundle: false, write: false, metafile: true, format: 'esm', outdir: '.', logLevel: 'silent' },
      tsconfigRaw: { compilerOptions: { verbatimModuleSyntax: true } },
    });
    return Object.values(metafile!.outputs)[0].exports;
  } catch (error) {
    const [first] = (error as BuildFailure).errors ?? [];
    if (!first) throw error;
    const at = first.location ? `${path}:${first.location.line}` : path;
    throw new Failure('source', `${at}: ${first.text}`);
  }
}
