/** The flags of a bench, read alike in all of them. */
import { type ParseArgsConfig, parseArgs } from 'node:util';

type Flags = NonNullable<ParseArgsConfig['options']>;
type Values<Given extends Flags> = ReturnType<typeof parseArgs<{ options: Given }>>['values'];

/**
 * The values of the flags; or an exit status, where the help was printed (0) or the flags are wrong (2), which is said.
 *
 * @param name as npm runs it: `bench:sim`
 */
export function flagsOf<Given extends Flags>(
  name: string,
  help: string,
  options: Given,
): Values<Given> | number {
  try {
    const { values } = parseArgs({ options: { ...options, help: { type: 'boolean' } } });
    if (!('help' in values && values.help)) return values as Values<Given>;
    process.stdout.write(help);
    return 0;
  } catch (error) {
    process.stderr.write(`${name}: ${(error as Error).message}. See npm run ${name} -- --help\n`);
    return 2;
  }
}
