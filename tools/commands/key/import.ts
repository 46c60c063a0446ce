import { defineCommand, operand } from '../../cli/command.js';
import { Failure } from '../../cli/failure.js';
import { path } from '../../cli/kinds.js';
import { createKeystore } from '../../keys/keystore.js';
import { newPassphrase } from '../../keys/passphrase.js';
import { addressOfKey, parsePrivateKey } from '../../keys/privateKey.js';
import { promptSecret, readStandardInput } from '../../keys/prompt.js';
import { writeSecretFile } from '../../keys/secretFile.js';

const KEY_CHARACTERS_MAX = 200;

export default defineCommand({
  summary: 'Put an existing key into a keystore',
  details:
    'The key (32 bytes in hexadecimal) is taken from HOLDFAST_KEY if that is set, else asked for without showing it,\n' +
    'else read from standard input. Never from an argument.',
  example: 'holdfast key import .holdfast/keys/owner.json',
  operands: { file: operand(path, 'the new keystore') },
  flags: {},
  run: async input => {
    const { environment, operands, signal } = input;
    const text =
      environment.HOLDFAST_KEY ||
      (process.stdin.isTTY
        ? await promptSecret('Private key: ', signal)
        : await readStandardInput(KEY_CHARACTERS_MAX));
    const key = parsePrivateKey(text);
    if (!key)
      throw new Failure(
        'key',
        'That is not a private key, and nothing was written: give 32 bytes in hexadecimal.',
      );
    const passphrase = await newPassphrase(input, operands.file);
    input.progress?.('encrypts the key');
    writeSecretFile(operands.file, await createKeystore(key, passphrase));
    return { ok: true, address: addressOfKey(key), keystore: operands.file };
  },
  show: ({ address, keystore }) => [
    `${address}`,
    `Keystore ${keystore}, mode 0600. Now remove the key from wherever it came from.`,
  ],
});
