/** All checks of `holdfast doctor`, each after those that it depends on. */
import type { Surroundings } from '../cli/command.js';
import type { Settings } from '../settings/settings.js';
import { brokerCheck } from './broker.js';
import { type Check, ok, problem, skipped } from './check.js';
import { chainChecks } from './endpoint.js';
import { imagesCheck } from './images.js';
import { keyChecks } from './keys.js';

/** Runs every check; one that fails is a problem in the list, never an exception. */
export async function examine(
  settings: Settings,
  surroundings: Surroundings & { flags: { keystore?: string } },
): Promise<Check[]> {
  const { directory, chainId } = settings.project ?? {};
  const project = directory
    ? ok('project', `${directory}${chainId === undefined ? '' : `, chain ${chainId}`}`)
    : skipped(
        'project',
        'no .holdfast/project.json here or in a parent folder',
        'npm start writes one; flags do as well',
      );
  surroundings.progress?.('asks the chain, the broker and the image server');
  // At once: each waits for somebody else, and none for another.
  const [chain, broker, images] = await Promise.all([
    chainChecks(settings),
    brokerCheck(settings.find('broker')),
    imagesCheck(settings.find('images')),
  ]);
  return [node(), await simulator(), project, ...chain, broker, images, ...keyChecks(settings, surroundings)];
}

function node(): Check {
  const [major, minor] = process.versions.node.split('.').map(Number);
  const enough = major > 20 || (major === 20 && minor >= 19);
  return enough
    ? ok('node', `version ${process.versions.node}`)
    : problem('node', `version ${process.versions.node}`, 'install Node 20.19 or newer');
}

async function simulator(): Promise<Check> {
  const { anvilBinary } = await import('../../host-sim/chain/binary.js');
  try {
    anvilBinary();
    return ok('simulator', 'anvil is installed: npm start and npm run demo have a chain of their own');
  } catch (error) {
    return skipped('simulator', 'no anvil for this platform', (error as Error).message);
  }
}
