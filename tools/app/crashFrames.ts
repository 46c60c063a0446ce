/** Frames of a crash as places in its author's files, by the source map of the image that ran. */
import { SourceMap, type SourceMapPayload } from 'node:module';
import { relative, resolve, sep } from 'node:path';
import { headerLength } from '../../firmware/store/imageHeader.js';
import { repositoryRoot } from '../../host-sim/node/repository.js';

interface Place {
  file: string;
  line: number;
  isAuthors: boolean;
}

/** A frame as it is shown. */
export interface Frame {
  text: string;
  /** False for the framework's, a package's, and what is not known. */
  isAuthors: boolean;
}

/**
 * Reads frames. On Node a frame has a line and a column of the bundle, which lead to the author's line. XS has a
 * function's name alone: where the bundle defines one function of that name, or the author one, it leads to that
 * function's first line. A bundle of bytecode leads nowhere.
 *
 * @param sourceMap of the image
 * @param image its bytes
 */
export function crashFrames(sourceMap: string, image: Uint8Array): (frame: string) => Frame {
  const map = new SourceMap(JSON.parse(sourceMap) as SourceMapPayload);
  const bundle = Buffer.from(image.subarray(headerLength)).toString('utf8');
  const at = (line: number, column: number): Place | undefined => {
    const found = map.findEntry(line, column);
    if (!('originalSource' in found)) return undefined;
    const path = resolve(repositoryRoot, found.originalSource);
    return { file: relative(process.cwd(), path), line: found.originalLine + 1, isAuthors: isAuthors(path) };
  };
  const named = (name: string): Place | undefined => {
    const places = definitions(bundle, name).flatMap(([line, column]) => at(line, column) ?? []);
    const authors = places.filter(place => place.isAuthors);
    return authors.length === 1 ? authors[0] : places.length === 1 ? places[0] : undefined;
  };
  return frame => {
    const [, line, column] = /\bimage:(\d+):(\d+)\)?$/.exec(frame) ?? [];
    const [, name] = /^at (?:async )?([\w$]+) \(\)$/.exec(frame) ?? [];
    const place = line ? at(Number(line) - 1, Number(column) - 1) : name ? named(name) : undefined;
    if (!place) return { text: frame, isAuthors: false };
    const where = `${place.file}:${place.line}`;
    const text = line ? frame.replace(/image:\d+:\d+/, where) : `at ${name} (a function of ${where})`;
    return { text, isAuthors: place.isAuthors };
  };
}

const frameworks = ['firmware', 'node_modules', 'host-sim'].map(
  folder => resolve(repositoryRoot, folder) + sep,
);
const examples = resolve(repositoryRoot, 'firmware', 'apps') + sep;

const isAuthors = (path: string): boolean =>
  path.startsWith(examples) ||
  !(path.includes(`${sep}node_modules${sep}`) || frameworks.some(folder => path.startsWith(folder)));

/** The places, line and column from 0, at which a bundle defines functions and methods of that name. */
function definitions(bundle: string, name: string): [line: number, column: number][] {
  const word = name.replaceAll('$', '\\$');
  const kinds = [
    `(?<=function\\*? ?)${word}(?=\\()`,
    `(?<=[{};,\\s])${word}(?=\\([^()]*\\)\\{)`,
    `(?<![\\w$.])${word}(?=[=:](?:async)?(?:function|\\([^()]*\\)=>|\\s?[\\w$]+=>))`,
  ];
  const found = new Map<number, [number, number]>();
  for (const kind of kinds) {
    for (const { index } of bundle.matchAll(new RegExp(kind, 'g'))) {
      const before = bundle.slice(0, index).split('\n');
      found.set(index, [before.length - 1, before.at(-1)!.length]);
    }
  }
  return [...found.values()];
}
