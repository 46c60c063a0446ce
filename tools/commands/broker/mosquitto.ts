import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { keptAccesses } from '../../board/accessFile.js';
import { accountFor } from '../../broker/account.js';
import { accessList, configuration, passwordLine } from '../../broker/mosquitto.js';
import { defineCommand, flag, toggle } from '../../cli/command.js';
import { Failure } from '../../cli/failure.js';
import { path, text } from '../../cli/kinds.js';
import { writeWholeFiles } from '../../cli/wholeFiles.js';
import { projectFlag } from '../../settings/flags.js';
import { Settings } from '../../settings/settings.js';

/** A board's user begins with `b-` (board/accessFile.ts), so that none is called as the provers are. */
const PROVER_USER = 'prover';
const SALT_BYTES = 12;

export default defineCommand({
  summary: 'Write accounts and access list of a broker, or print the access list',
  details:
    'For mosquitto 2. Boards and their operators read and write below the user of the board alone, provers read questions\n' +
    'and write answers, and whoever has no account hears nothing. The accounts are those that provisioning kept in\n' +
    '.holdfast/access, and one for provers, which is made there. Without --out the access list is printed.',
  example: 'holdfast broker mosquitto --out broker',
  operands: {},
  flags: {
    out: flag(path, 'the folder of mosquitto.conf, access.list and passwords'),
    listen: flag(text('PORT [ADDRESS]', 60), 'where the broker listens', '1883 127.0.0.1'),
    force: toggle('overwrite the files'),
    ...projectFlag,
  },
  run: async ({ flags }) => {
    const { force, listen, out } = flags;
    if (!/^[0-9]{1,5}( [0-9A-Za-z.:-]+)?$/.test(listen))
      throw new Failure('listen', '--listen takes PORT or "PORT ADDRESS", like "1883 127.0.0.1".');
    if (out === undefined) return { ok: true, accessList: accessList(PROVER_USER) };
    const { home } = new Settings(flags);
    const boards = keptAccesses(home).filter(({ access }) => access.password !== '');
    const proverAccount = join(home, 'access', 'prover.json');
    const accounts = [...boards.map(({ access }) => access), accountFor(proverAccount, PROVER_USER)];
    const files = {
      configuration: resolve(out, 'mosquitto.conf'),
      accessList: resolve(out, 'access.list'),
      passwords: resolve(out, 'passwords'),
    };
    const passwords = accounts.map(account => passwordLine(account, randomBytes(SALT_BYTES))).join('');
    write(files.passwords, passwords, force, 0o600);
    write(files.accessList, accessList(PROVER_USER), force, 0o600);
    write(files.configuration, configuration({ listen, ...files }), force, 0o644);
    return { ok: true, files, boards: boards.map(({ device }) => device), proverAccount };
  },
  show: ({ accessList: printed, boards, files, proverAccount }) =>
    printed !== undefined
      ? printed.trimEnd().split('\n')
      : [
          `${boards?.length} boards and provers have accounts; start it: mosquitto -c ${files?.configuration}`,
          'The files are for you alone: where mosquitto runs as a user of its own, chown them to it.',
          `Provers log in with holdfast prover --broker-account ${proverAccount}.`,
          'Once another board is provisioned, run this again with --force and send mosquitto a SIGHUP.',
        ],
});

function write(file: string, content: string, force: boolean, mode: number): void {
  if (existsSync(file) && !force) {
    throw new Failure(
      'exists',
      `${file} exists and is left as it is: choose another folder, or give --force.`,
    );
  }
  writeWholeFiles([[file, content]], mode);
}
