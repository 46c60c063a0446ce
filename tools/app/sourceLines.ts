/** Places in an image as places in its author's files, for whoever reads the stack of a fault. */
import { SourceMap, type SourceMapPayload } from 'node:module';
import { relative, resolve } from 'node:path';
import { repositoryRoot } from '../../host-sim/node/repository.js';
import { keptSourceMap } from './imageFiles.js';

/** A function that replaces `image:LINE:COLUMN` in a text by file and line, paths from the current folder. */
export function sourceLines(sourceMap: string | undefined): (text: string) => string {
  if (sourceMap === undefined) return text => text;
  const map = new SourceMap(JSON.parse(sourceMap) as SourceMapPayload);
  return text =>
    text.replace(/\bimage:(\d+):(\d+)/g, (place, line: string, column: string) => {
      const found = map.findEntry(Number(line) - 1, Number(column) - 1);
      if (!('originalSource' in found)) return place;
      const file = relative(process.cwd(), resolve(repositoryRoot, found.originalSource));
      return `${file}:${found.originalLine + 1}:${found.originalColumn + 1}`;
    });
}

/**
 * The same for the lines of a board: it says the hash of its image when it starts, and from then on its places are those
 * of that image, where it was built here. A board that goes on, or was updated, runs another than was built last.
 *
 * @param home the project's directory, which keeps images with their maps
 * @param first of the image that was built last
 */
export function linesOfBoard(home: string, first: (text: string) => string): (line: string) => string {
  let translate = first;
  return line => {
    const [, sha256] = /bytes hash to (0x[0-9a-f]{64})/.exec(line) ?? [];
    const map = sha256 === undefined ? undefined : keptSourceMap(home, sha256);
    if (map !== undefined) translate = sourceLines(map);
    return translate(line);
  };
}
