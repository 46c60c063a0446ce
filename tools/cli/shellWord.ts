/** Words of a command line that a person copies into a shell. */

/** The text in quotes, as one word. */
export const shellQuoted = (text: string): string => `'${text.replaceAll("'", "'\\''")}'`;

/** The text as one word, in quotes where a shell would take it for more. */
export const shellWord = (text: string): string => (/^[\w./:@%+,=-]+$/.test(text) ? text : shellQuoted(text));
