import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'ava';
import { createKeystore } from '../../../tools/keys/keystore.js';
import { addressOfKey } from '../../../tools/keys/privateKey.js';
import { signingKey, signingKeys } from '../../../tools/keys/signingKeys.js';
import { parseProject } from '../../../tools/project/project.js';
import { temporaryDirectory } from '../support.js';

const key = (fill: number) => new Uint8Array(32).fill(fill);
const hex = (fill: number) => Buffer.from(key(fill)).toString('hex');
const addressOf = (fill: number) => addressOfKey(key(fill))!;
const { signal } = new AbortController();
const cheap = { n: 2, r: 1, p: 1 };

test('which key acts: the named keystore, the role’s variable, the general one, the project’s, in this order', async t => {
  const directory = temporaryDirectory(t);
  for (const fill of [1, 4]) {
    writeFileSync(join(directory, `${fill}.json`), await createKeystore(key(fill), 'x', cheap), {
      mode: 0o600,
    });
  }
  const project = parseProject('{"keystores":{"operator":"4.json"}}', join(directory, 'project.json'));
  const environment: Record<string, string | undefined> = {
    HOLDFAST_OPERATOR_KEY: hex(2),
    HOLDFAST_KEY: `0x${hex(3)}`,
    HOLDFAST_PASSPHRASE: 'x',
  };
  const acting = async (keystore?: string) =>
    (await signingKey({ environment, signal }, { role: 'operator', keystore, project })).address;
  t.is(await acting(join(directory, '1.json')), addressOf(1));
  t.is(await acting(), addressOf(2));
  delete environment.HOLDFAST_OPERATOR_KEY;
  t.is(await acting(), addressOf(3));
  environment.HOLDFAST_KEY = '';
  t.is(await acting(), addressOf(4));
  await t.throwsAsync(signingKey({ environment, signal }, { role: 'guardian', project }), {
    message: /HOLDFAST_GUARDIAN_KEY or HOLDFAST_KEY/,
  });
});

test('a variable that holds no key is refused without being repeated', async t => {
  for (const text of ['hunter2', `${hex(2)}00`, '00'.repeat(32), 'ff'.repeat(32)]) {
    const environment = { HOLDFAST_KEY: text };
    const error = await t.throwsAsync(signingKey({ environment, signal }, { role: 'owner' }));
    t.false(error.message.includes(text));
    t.regex(error.message, /HOLDFAST_KEY does not hold a private key/);
  }
});

test('several keys come from one variable, separated by commas; a bad one is named by its place', async t => {
  const environment = { HOLDFAST_SIGNER_KEYS: `${hex(1)}, 0x${hex(2)}` };
  const both = await signingKeys({ environment, signal }, { body: 'signers', keystores: [] });
  t.deepEqual(
    both.map(({ address }) => address),
    [addressOf(1), addressOf(2)],
  );
  environment.HOLDFAST_SIGNER_KEYS += ',oops';
  await t.throwsAsync(signingKeys({ environment, signal }, { body: 'signers', keystores: [] }), {
    message: /key 3/,
  });
});
