/** The files of a running simulation for a second terminal: the project file, and keystores of its well-known keys. */
import { rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fromHex } from '../../firmware/bytes/hex.js';
import { keepAccess, readAccess } from '../board/accessFile.js';
import type { ConsoleAddress } from '../console/remote.js';
import { createKeystore } from '../keys/keystore.js';
import { writeSecretFile } from '../keys/secretFile.js';
import { type ProjectFile, projectFile, writeProject } from '../project/project.js';
import type { Cast, Part } from './accounts.js';
import type { Setting } from './setting.js';

/** The keys are public (anvil's test accounts), so their keystores guard nothing and need cost nothing. */
const CHEAP = { n: 1 << 10, r: 8, p: 1 };
const PASSPHRASE = 'simulation';

/** The place of a project file, and what is in it besides the setting. */
interface Place {
  directory: string;
  world?: string;
  console: ConsoleAddress;
  imagesUrl?: string;
}

/**
 * Writes it below `directory`, for the world of that name, and returns the project file's path.
 * @param imagesUrl of an image server that is not the setting's own
 */
export async function leaveProject(
  setting: Setting,
  { directory, world, console, imagesUrl }: Place,
): Promise<string> {
  const home = join(directory, dirname(projectFile(world)));
  if (!readAccess(home, setting.device)) keepAccess(home, setting.device, setting.access);
  const { broker, cast, chainId, channel, device, fleet, images, rpc } = setting;
  const project = {
    rpc,
    broker,
    images: imagesUrl ?? images.url,
    chainId,
    fleet,
    channel,
    device,
    owner: cast.owner.address,
    console,
    ...(await keepCast(home, cast)),
  };
  return writeProject(directory, project, world);
}

/** Keystores of all the cast below `home`, and the members of a project file that name them, relative to it. */
export async function keepCast(
  home: string,
  cast: Cast,
): Promise<Required<Pick<ProjectFile, 'keystores' | 'passphraseFile'>>> {
  rmSync(join(home, 'simulation'), { recursive: true, force: true });
  const keep = async (part: Part) => {
    const file = join('simulation', `${part}.json`);
    const key = fromHex(cast[part].privateKey, 32)!;
    writeSecretFile(join(home, file), await createKeystore(key, PASSPHRASE, CHEAP));
    return file;
  };
  const passphraseFile = join('simulation', 'passphrase');
  writeSecretFile(join(home, passphraseFile), PASSPHRASE);
  const [owner, operator] = [await keep('owner'), await keep('operator')];
  const [signerA, signerB] = [await keep('signerA'), await keep('signerB')];
  const keystores = {
    owner,
    operator,
    deployer: owner,
    provisioner: operator,
    guardian: await keep('guardian'),
    vendor: await keep('vendor'),
    delegate: await keep('stranger'),
    signers: [owner, signerA, signerB],
    checkpointKeys: [signerA, signerB],
    releaseKeys: [await keep('releaseKeyA'), await keep('releaseKeyB'), await keep('releaseKeyC')],
  };
  return { keystores, passphraseFile };
}

/** A project file whose simulation is gone would only lead astray. */
export function removeProject(project: string): void {
  rmSync(project, { force: true });
  rmSync(join(dirname(project), 'simulation'), { recursive: true, force: true });
}
