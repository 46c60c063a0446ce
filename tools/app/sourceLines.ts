/** Places in an image as places in its author's files, for whoever reads the stack of a fault. */
import { SourceMap, type SourceMapPayload } from 'node:module';
import { relative, resolve } from 'node:path';
import { repositoryRoot } from '../../host-sim/node/repository.js';

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
