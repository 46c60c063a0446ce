/** `holdfast rig serve`: the boards of a bench, offered to runners on other machines. */
import { defineCommand, flag } from '../../cli/command.js';
import { Failure } from '../../cli/failure.js';
import { path, text } from '../../cli/kinds.js';

export default defineCommand({
  summary: 'Offer the boards of this bench to runners elsewhere, until Ctrl-C',
  details:
    'A runner names a board as --target board:NAME@HOST:PORT, or in its boards.json. It gets the console line, the\n' +
    'supply and the prepare command of one board, alone; when it lets go, dies, or is silent for a minute, line and\n' +
    'power are left as they were found. Runs on this machine share the same reservations. Whoever has the token may\n' +
    'switch, erase and flash these boards. What goes over the connection is not encrypted: listen in a network that is\n' +
    'yours, or let runners in by ssh.',
  example: 'holdfast rig serve --boards boards.json --listen 127.0.0.1:8610 --token-file token',
  operands: {},
  flags: {
    boards: flag(path, 'the file in which they are described', 'boards.json'),
    listen: flag(text('HOST:PORT'), 'where to offer them', '127.0.0.1:8610'),
    'token-file': flag(path, 'the token that runners must know; a new one, said once, if left out'),
  },
  run: async ({ flags: given, note, signal }) => {
    const { randomBytes } = await import('node:crypto');
    const { readBoards, exporterPlace, reservationsOf } = await import('../../rig/serial/boards.js');
    const { ownAccess } = await import('../../rig/serial/access.js');
    const { serveBoards } = await import('../../rig/exporter/serve.js');
    const { readToken } = await import('../../rig/exporter/token.js');
    const place = exporterPlace(given.listen);
    if (place === undefined || place.port > 65_535)
      throw new Failure('listen', '--listen takes HOST:PORT, like 127.0.0.1:8610.');
    const boards = readBoards(given.boards).flatMap(board =>
      'exporter' in board ? [] : [{ name: board.name, access: ownAccess(board) }],
    );
    if (boards.length === 0) throw new Failure('boards', `${given.boards} has no board of this machine.`);
    const isNew = given['token-file'] === undefined;
    const token = isNew ? randomBytes(24).toString('base64url') : readToken(given['token-file']);
    const exporter = await serveBoards({
      ...{ boards, token, note, folder: reservationsOf(given.boards) },
      ...place,
    }).catch(error => {
      throw new Failure('listen', `${given.listen} cannot be listened at: ${(error as Error).message}.`);
    });
    const at = `${given.listen.replace(/:\d+$/, '')}:${exporter.port}`;
    const names = boards.map(({ name }) => name).join(', ');
    note(`Offers ${names}: holdfast rig run rig --target board:${boards[0].name}@${at}`);
    if (isNew) note(`The token, said this once (HOLDFAST_RIG_TOKEN of a runner): ${token}`);
    await new Promise<void>(resolve => {
      if (signal.aborted) resolve();
      else signal.addEventListener('abort', () => resolve(), { once: true });
    });
    await exporter.close();
    return { ok: true, at, boards: boards.map(({ name }) => name) };
  },
  show: ({ at }) => [`The exporter at ${at} has ended.`],
});
