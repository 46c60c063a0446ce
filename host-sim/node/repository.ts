/** The folder that this repository lies in, as an absolute path without a slash at its end. */
import { fileURLToPath } from 'node:url';

export const repositoryRoot = fileURLToPath(new URL('../..', import.meta.url)).replace(/[\\/]$/, '');
