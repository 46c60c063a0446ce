/** `npm run build:package`. */
import { relative } from 'node:path';
import { buildPackage, packageFolder } from './build.js';

await buildPackage();
console.log(`package: ${relative(process.cwd(), packageFolder)}; npm pack makes a tarball of it`);
