/** `npm run build`. */
import { build } from './build.js';
import { CompileError } from './compile.js';

try {
  const { compiled, written } = build();
  console.log(
    `contracts: ${compiled ? 'compiled' : 'up to date'}${written.length ? `; wrote ${written.join(', ')}` : ''}`,
  );
} catch (error) {
  if (!(error instanceof CompileError)) throw error;
  console.error(error.message);
  process.exitCode = 1;
}
