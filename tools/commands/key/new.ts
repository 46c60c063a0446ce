import { randomBytes } from 'node:crypto';
import { defineCommand, operand } from '../../cli/command.js';
import { path } from '../../cli/kinds.js';
import { createKeystore } from '../../keys/keystore.js';
import { newPassphrase } from '../../keys/passphrase.js';
import { addressOfKey } from '../../keys/privateKey.js';
import { writeSecretFile } from '../../keys/secretFile.js';

export default defineCommand({
  summary: 'Make a key in a new keystore',
  details:
    'The key comes from the operating system’s randomness and is written only encrypted (Ethereum keystore, version 3;\n' +
    'scrypt, AES-128-CTR), into a new file that only you can read. Nobody can recover it without the passphrase.',
  example: 'holdfast key new .holdfast/keys/operator.json',
  operands: { file: operand(path, 'the new keystore') },
  flags: {},
  run: async input => {
    const { file } = input.operands;
    let key = new Uint8Array(randomBytes(32));
    while (!addressOfKey(key)) key = new Uint8Array(randomBytes(32));
    const passphrase = await newPassphrase(input, file);
    input.progress?.('encrypts the key');
    writeSecretFile(file, await createKeystore(key, passphrase));
    return { ok: true, address: addressOfKey(key), keystore: file };
  },
  show: ({ address, keystore }) => [
    `${address}`,
    `Keystore ${keystore}, mode 0600. Keep a copy of it and of its passphrase: without both the key is gone.`,
  ],
});
