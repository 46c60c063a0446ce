/** Text in lines that fit a terminal. */

/** Columns of what does not go to a terminal, or to one that does not say how wide it is. */
export const COLUMNS = 80;

/**
 * The words of a text in lines of at most `columns` characters, each line after `indent`; lines of the text stay apart,
 * and a word that is longer than a line has a line of its own.
 */
export function wrap(text: string, columns: number, indent = ''): string[] {
  return text.split('\n').flatMap(paragraph => {
    const lines: string[] = [];
    let line = '';
    for (const word of paragraph.split(' ')) {
      if (line && indent.length + line.length + 1 + word.length > columns) {
        lines.push(indent + line);
        line = word;
      } else line = line ? `${line} ${word}` : word;
    }
    return [...lines, line && indent + line];
  });
}
