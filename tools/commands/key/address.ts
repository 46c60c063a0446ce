import { defineCommand, flag, optionalOperand } from '../../cli/command.js';
import { Failure } from '../../cli/failure.js';
import { oneOf, path } from '../../cli/kinds.js';
import { keyFromFile, roles, signingKey } from '../../keys/signingKeys.js';
import { projectFlag } from '../../settings/flags.js';
import { Settings } from '../../settings/settings.js';

export default defineCommand({
  summary: 'Show the address of a key',
  details: 'Opens the keystore, so that the address is the key’s and not merely what the file says.',
  example: 'holdfast key address .holdfast/keys/operator.json',
  operands: { file: optionalOperand(path, 'a keystore; else the key of --role') },
  flags: { role: flag(oneOf(...roles), 'whose key, as other commands would find it'), ...projectFlag },
  run: async input => {
    const { file } = input.operands;
    const { role } = input.flags;
    const { project } = new Settings(input.flags);
    if (file === undefined && role === undefined) {
      throw new Failure('usage', 'Name a keystore, or a role: holdfast key address --role operator.');
    }
    const { address, source } =
      file === undefined
        ? await signingKey(input, { role: role!, project })
        : await keyFromFile(input, file, project);
    return { ok: true, address, source };
  },
  show: ({ address }) => [address],
});
