/** Writes the tables of `holdfast explain` into tools/README.md: npm run build:readme. */
import { readFileSync, writeFileSync } from 'node:fs';
import { withTables } from './markdown.js';

const file = new URL('../README.md', import.meta.url);
writeFileSync(file, withTables(readFileSync(file, 'utf8')));
