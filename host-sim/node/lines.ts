/** Lines of a byte stream, bounded: one that is too long ends the reading, whoever sends it. */

/**
 * Takes chunks in, gives whole lines out (UTF-8, without the line end).
 * @param limit bytes of a line
 * @param onTooLong called once; nothing is read after it
 */
export function lineReader(
  limit: number,
  onLine: (line: string) => void,
  onTooLong: () => void,
): (chunk: Buffer) => void {
  let waiting: Buffer[] = [];
  let length = 0;
  let ended = false;
  return chunk => {
    let rest = chunk;
    while (!ended) {
      const end = rest.indexOf(10);
      const part = end < 0 ? rest : rest.subarray(0, end);
      length += part.length;
      if (length > limit) {
        ended = true;
        waiting = [];
        onTooLong();
        return;
      }
      waiting.push(part);
      if (end < 0) return;
      const line = Buffer.concat(waiting).toString('utf8');
      waiting = [];
      length = 0;
      rest = rest.subarray(end + 1);
      onLine(line);
    }
  };
}
