/** Which keys are at hand, without opening any. */
import type { Surroundings } from '../cli/command.js';
import { Failure } from '../cli/failure.js';
import { KEYSTORE_BYTES_MAX, parseKeystore } from '../keys/keystore.js';
import { readSecretFile } from '../keys/secretFile.js';
import { bodies, keyFromVariable, roles, variableOf } from '../keys/signingKeys.js';
import type { Settings } from '../settings/settings.js';
import { type Check, ok, problem, skipped } from './check.js';

export function keyChecks(
  { project }: Settings,
  surroundings: Surroundings & { flags: { keystore?: string } },
): Check[] {
  const checks: Check[] = [];
  const variables = ['HOLDFAST_KEY', ...roles.map(variableOf)];
  for (const variable of variables) {
    const check = attempt(variable, () => {
      const key = keyFromVariable(surroundings, variable);
      return key && ok('key', `${variable} is ${key.address}`);
    });
    if (check) checks.push(check);
  }
  for (const variable of Object.values(bodies)) {
    const text = surroundings.environment[variable];
    if (text) checks.push(ok('key', `${variable} lists ${text.split(',').length} keys`));
  }
  const named = surroundings.flags.keystore;
  const files = [...(named ? [named] : []), ...Object.values(project?.keystores ?? {}).flat()];
  for (const file of new Set(files)) {
    const check = attempt(file, () => {
      const { address } = parseKeystore(readSecretFile(file, KEYSTORE_BYTES_MAX), file);
      return ok('key', `${file}${address ? ` says it is 0x${address.replace(/^0x/, '')}` : ''}`);
    });
    if (check) checks.push(check);
  }
  if (checks.length === 0) {
    return [
      skipped('key', 'none at hand: reading works, commanding does not', 'holdfast key new FILE makes one'),
    ];
  }
  return checks;
}

function attempt(name: string, look: () => Check | undefined): Check | undefined {
  try {
    return look();
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    return problem('key', name, error.message);
  }
}
