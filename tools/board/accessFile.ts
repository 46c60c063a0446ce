/**
 * The access of boards to their brokers, as provisioning told them: user, password and topic secret, in a file for
 * this user only. Whoever is to command or watch a board from elsewhere needs a copy of it.
 */
import { randomBytes } from 'node:crypto';
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import * as v from 'valibot';
import { fromHex, toHex } from '../../firmware/bytes/hex.js';
import { accessFault, type BrokerAccess } from '../../firmware/device/brokerAccess.js';
import { Failure } from '../cli/failure.js';
import { readSecretFile, writeSecretFile } from '../keys/secretFile.js';

const schema = v.object({
  user: v.string(),
  password: v.string(),
  topicSecret: v.pipe(v.string(), v.regex(/^0x[0-9a-f]{64}$/)),
});

const fileOf = (home: string, device: string): string => join(home, 'access', `${device.toLowerCase()}.json`);

/**
 * The access of a board, or undefined when there is none below `home`, the directory of the project file.
 *
 * @throws Failure when it cannot be read
 */
export function readAccess(home: string, device: string): BrokerAccess | undefined {
  const path = fileOf(home, device);
  if (!existsSync(path)) return undefined;
  try {
    const { topicSecret, ...rest } = v.parse(schema, JSON.parse(readSecretFile(path, 4096)));
    const access = { ...rest, topicSecret: fromHex(topicSecret, 32)! };
    if (accessFault(access) === undefined) return access;
  } catch (error) {
    if (error instanceof Failure) throw error;
  }
  throw new Failure(
    'file',
    `${path} holds no access to a broker: bring it back, or configure the board anew.`,
  );
}

/** Every access that is kept below `home`, with the board's Device, ordered by it. @throws Failure as `readAccess` */
export function keptAccesses(home: string): { device: string; access: BrokerAccess }[] {
  const folder = join(home, 'access');
  if (!existsSync(folder)) return [];
  const devices = readdirSync(folder).flatMap(name => /^(0x[0-9a-f]{40})\.json$/.exec(name)?.[1] ?? []);
  return devices.sort().map(device => ({ device, access: readAccess(home, device)! }));
}

/** The access that is kept for a board, or a fresh one, kept before any board is told. */
export function accessFor(home: string, device: string): BrokerAccess {
  return readAccess(home, device) ?? keepAccess(home, device, newAccess());
}

/** @throws Failure when there is one already */
export function keepAccess(home: string, device: string, access: BrokerAccess): BrokerAccess {
  writeSecretFile(fileOf(home, device), `${JSON.stringify(accessParameters(access))}\n`);
  return access;
}

/** A fresh access: random user, password and topic secret. */
export const newAccess = (): BrokerAccess => ({
  user: `b-${randomBytes(10).toString('hex')}`,
  password: randomBytes(24).toString('base64url'),
  topicSecret: new Uint8Array(randomBytes(32)),
});

/** As the board's console takes it. */
export const accessParameters = ({ topicSecret, ...rest }: BrokerAccess) => ({
  ...rest,
  topicSecret: toHex(topicSecret),
});
