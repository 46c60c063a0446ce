import { join } from 'node:path';
import { crashFrames } from '../app/crashFrames.js';
import { keptImage } from '../app/imageFiles.js';
import { readImageMap } from '../app/imageMap.js';
import { groupCrashes, type ReadFrame } from '../board/crashGroups.js';
import { readCrashes } from '../board/crashLog.js';
import { CrashFollower } from '../board/followCrashes.js';
import { listen } from '../board/listen.js';
import { defineCommand, flag, flags, toggle } from '../cli/command.js';
import { duration, path } from '../cli/kinds.js';
import { boardFlags } from '../settings/flags.js';
import { Settings } from '../settings/settings.js';

const counted = (count: number, one: string, more: string): string => `${count} ${count === 1 ? one : more}`;

export default defineCommand({
  summary: 'Group the crashes of boards, with the line of their author',
  details:
    'A board signs how each run ended that nobody wished, counts it, and sends it at its next start. Receipts are checked\n' +
    'against the key on chain and kept in crashes.jsonl beside the project file, those of all its boards; they are grouped\n' +
    'by image, reason and the frame on top. An image that was built here, or is named by --image with FILE.map beside it,\n' +
    'shows the line of its author; XS tells functions alone. The broker keeps the newest receipt of a board: listen while\n' +
    'boards run, --for as long as you like.',
  example: 'holdfast crashes --for 1h',
  operands: {},
  flags: {
    ...boardFlags,
    for: flag(duration(365 * 86_400), 'how long to listen to the board (default 10s)', 10),
    kept: toggle('do not listen: only what is kept'),
    image: flags(path, 'an image with its source map beside it (FILE.map)'),
  },
  run: async input => {
    const { image, kept, for: seconds } = input.flags;
    const settings = new Settings(input.flags);
    const images = new Map(image.map(file => readImageMap(file)).map(found => [found.sha256, found]));
    const file = join(settings.home, 'crashes.jsonl');
    const { chainId } = (await settings.chain()).chain;
    const heard = kept
      ? { came: 0, forged: 0 }
      : (await listen(settings, input, seconds, board => new CrashFollower(input, { ...board, file })))
          .listener.counts;
    const framesOf = (sha256: string): ReadFrame => {
      const found = images.get(sha256) ?? keptImage(settings.home, sha256);
      return found ? crashFrames(found.sourceMap, found.image) : text => ({ text, isAuthors: false });
    };
    const { crashes, unreadable } = readCrashes(file, chainId);
    return { ok: true, ...heard, unreadable, ...groupCrashes(crashes, framesOf) };
  },
  show: ({ crashes, forged, groups, missing, unreadable }) => [
    ...groups.flatMap(({ boards, count, image, message, reason, top, trace }) => [
      `${count} × ${reason}: ${message || 'no trace'}`,
      ...(top === message ? [] : [`  ${top}`]),
      ...trace.filter(line => line !== top).map(line => `    ${line}`),
      `  image ${image}, ${Object.keys(boards).length === 1 ? `board ${Object.keys(boards)[0]}` : `${Object.keys(boards).length} boards`}`,
    ]),
    `${counted(crashes, 'crash', 'crashes')} in ${counted(groups.length, 'group', 'groups')}${missing ? `, ${missing} MISSING` : ''}${forged ? `, ${forged} FORGED` : ''}${unreadable ? `, ${unreadable} lines unreadable` : ''}.`,
  ],
});
