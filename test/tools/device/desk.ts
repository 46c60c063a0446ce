/** A desk with a running world, whose folder the commands of a test work in, and the people who act there. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ExecutionContext } from 'ava';
import { start } from '../lasting.js';
import { document, enterTemporaryDirectory, inProcess } from '../support.js';

/** Public test accounts of anvil. */
export const operator = {
  address: '0x70997970c51812dc3a010c7d01b50e0d17dc79c8',
  key: '0x59c6995e998f97a5a0044966f0945389dc9e86dae88c7a8412f4603b6b78690d',
};
export const buyer = {
  address: '0xa0ee7a142d267c1f36714e4a8f75612f20a79720',
  key: '0x2a871d0798f97d79848a013d4936a73bf4cc922c825d33c1cf7073dff6d409c6',
};

/** The keys of a buyer whose fleet has the operator as its other signer. */
export const asBuyer = {
  HOLDFAST_OWNER_KEY: buyer.key,
  HOLDFAST_DEPLOYER_KEY: buyer.key,
  HOLDFAST_SIGNER_KEYS: `${buyer.key},${operator.key}`,
};

/** `flags`: more of `holdfast start`. */
export async function startDesk(t: ExecutionContext, ...flags: string[]) {
  t.timeout(600_000);
  const cwd = enterTemporaryDirectory(t);
  const world = start(['start', ...flags, '--json'], cwd);
  t.teardown(() => world.child.kill('SIGKILL'));
  await world.says('"ready"');
  const printed: string[] = [];
  return {
    cwd,
    /** All that the commands printed. */
    printed,
    project: JSON.parse(readFileSync(join(cwd, '.holdfast/project.json'), 'utf8')),
    /** The JSON document of a command that ends with that status, and its error output beside it. */
    async json(args: string[], status = 0, environment: Record<string, string> = {}) {
      const ran = await inProcess([...args, '--json'], environment);
      printed.push(ran.stdout, ran.stderr);
      t.is(ran.status, status, `${args.join(' ')}: ${ran.stdout}${ran.stderr}`);
      return { ...document(t, ran), stderr: ran.stderr } as ReturnType<typeof document>;
    },
  };
}
