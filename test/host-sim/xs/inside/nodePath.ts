/** Of node:path what tests name the files with that they read. */
export const join = (...parts: string[]): string => parts.join('/');
