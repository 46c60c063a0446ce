/** The failures that an author of firmware meets, on the way from source to board. */

import type { Table } from './explanation.js';

export const authorsFailures = {
  order: {
    meaning:
      'The app that the board runs would refuse the order, as its published face says; nothing was linked.',
    likely: 'A misspelled action or member, or an app of another version on the board.',
    remedy:
      'The message says what is wrong, and holdfast status lists the actions. --no-check links it all the same.',
  },
  part: {
    meaning: 'A world cannot be started, since a part of it is missing; nothing was set up.',
    likely: 'A chain, a broker or a server that was named does not run, or a program is not installed.',
    remedy: 'The message names each part and what to do; holdfast doctor looks at the rest.',
  },
  scenario: {
    meaning: 'A file is not a scenario that can be run, or no scenario was found; nothing was started.',
    likely: 'A misspelled step or member, or another folder was meant.',
    remedy: 'The message names file and step; holdfast rig steps lists the steps, each with an example.',
  },
  made_list: {
    meaning: 'The file is not the list of boards that the channel was told of.',
    likely: 'Another list, another order, or a root that was changed since.',
    remedy:
      'Name the list whose Merkle root the channel holds (holdfast channel show), a Device’s address a line.',
  },
  crashes: {
    meaning:
      'The crashes that are kept cannot be read, or an image and its source map do not belong together.',
    likely: 'A file that was moved or built anew, so that the map beside it is of another image.',
    remedy:
      'The message names the file; holdfast image build writes an image and its map (FILE.map) together.',
  },
  report: {
    meaning: 'The file is no evidence of a fleet report, or nothing can be reported.',
    likely: 'Another file was named, it was changed, or the fleet has no boards on this chain.',
    remedy: 'Ask for the file again, or make one: holdfast report --out FILE.',
  },
  signatures: {
    meaning:
      'The file of a release that several sign is not whole, is of another release, or cannot be signed so.',
    likely:
      'Another image or channel than the first signer had, a key that is none of the release keys, or its time is over.',
    remedy:
      'Compare the image with the one of the first signer (SHA-256), or begin a new file with holdfast release sign --out.',
  },
  source: {
    meaning:
      'The source of an app has a fault: it does not build, its types are wrong, or it crashes as it starts.',
    likely: 'The message names file and line.',
    remedy: 'Correct it there. --no-check leaves types alone, never the start.',
  },
  upload: {
    meaning: 'The image server did not take the files of a release.',
    likely: 'It takes no uploads, it is full, or the address is not that of an image server.',
    remedy: 'holdfast release publish --site DIR writes the files for any server of static files.',
  },
  replay: {
    meaning: 'The process that played a recording ended without a verdict.',
    likely:
      'The image in the recording does not end what an event began, or uses up the memory of the process.',
    remedy: 'Look at the hash of its image: play recordings of firmware that you know.',
  },
  world: {
    meaning: 'The folder has a world, or a project, that starting another would overwrite.',
    likely: 'holdfast start runs there in another terminal, or the project file is that of real boards.',
    remedy: 'Use the world that runs, stop it with Ctrl-C, or start in another folder.',
  },
  no_app_line: {
    meaning: 'The Device of the board names no channel for apps.',
    likely: 'The owner has set none, or the board changed hands, which clears it.',
    remedy: 'holdfast device app-line CHANNEL, with the owner’s key.',
  },
} satisfies Table<string>;
