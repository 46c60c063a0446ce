import { mkdirSync } from 'node:fs';
import { IMAGE_BYTES_MAX } from '../../firmware/store/imageHeader.js';
import { defineCommand, flag, type Input, optionalOperand, toggle } from '../cli/command.js';
import { UsageError } from '../cli/failure.js';
import { bytesOfFile, count, path, text } from '../cli/kinds.js';
import { readImage } from '../release/imageFacts.js';
import { refuseUnreleased } from '../release/published.js';
import { channelFlags } from '../settings/flags.js';
import { Settings } from '../settings/settings.js';

/** Milliseconds that a board may be unplugged. */
const RETURN_MS = 60_000;

const operands = {
  directory: optionalOperand(path, 'the simulated board'),
  image: optionalOperand(bytesOfFile(IMAGE_BYTES_MAX), 'the image file for it'),
};

const flags = {
  port: flag(text('PORT', 200), 'serial line of a chip, which is flashed in place of a simulated board'),
  image: flag(bytesOfFile(IMAGE_BYTES_MAX), 'the image file for the chip'),
  build: flag(path, 'where ESP-IDF’s files of the chip lie (npm run build:esp32)'),
  baud: flag(count(9600, 2_000_000), 'bits a second once the chip’s loader answers', 460_800),
  erase: toggle('erase the chip first: it forgets its key and all else'),
  'no-stub': toggle('leave it to the chip’s ROM, which is slower'),
  unreleased: toggle('also an image that no release channel names'),
  ...channelFlags,
};

export default defineCommand({
  summary: 'Write a first image into a board: a simulated one that is off, or a chip',
  details:
    'The flash of a simulated board are files in the directory, which is made if it is not there; its key and store stay.\n' +
    'With --port it is a chip: bootloader, partition table and image are checked against each other, the image against the\n' +
    'release of its version in the channel, and the chip against the image, before anything is written. Each piece is sent\n' +
    'compressed and verified by the chip. What lies there already is not written again: after a pulled cable it goes on.',
  example: 'holdfast flash --port /dev/ttyUSB0 --image first.img --build build --unreleased',
  operands,
  flags,
  run: async input =>
    input.flags.port === undefined ? flashSimulated(input) : flashOverLine(input, input.flags.port),
  show: result => {
    const { imageSha256, size, version } = result;
    if ('board' in result)
      return [
        `${result.board} starts version ${version} (${imageSha256}, ${size} bytes) when it is switched on.`,
        `Next: holdfast provision --board ${result.board}`,
      ];
    const { alreadyThere, bytes, compressed, port, resumed, seconds, target } = result;
    return [
      `Version ${version} (${imageSha256}) is on the ${target} at ${port}, verified.`,
      `${bytes} bytes, ${alreadyThere} of them there already; ${compressed} sent compressed in ${seconds.toFixed(1)} s` +
        (resumed === 0 ? '' : `, gone on with ${resumed} times`),
      `Next: holdfast chip wifi --port ${port}, then holdfast provision --serial ${port}`,
    ];
  },
});

type Given = Input<typeof flags, typeof operands>;

async function flashSimulated({ flags: given, operands: { directory, image } }: Given) {
  if (directory === undefined || image === undefined)
    throw new UsageError(
      'holdfast flash needs DIRECTORY and IMAGE, or --port PORT with --image and --build.',
    );
  for (const name of ['build', 'image'] as const)
    if (given[name] !== undefined) throw new UsageError(`--${name} is for a chip: add --port PORT.`);
  const facts = readImage(image);
  mkdirSync(directory, { recursive: true, mode: 0o700 });
  const { flashBoard } = await import('../../host-sim/board/flashing.js');
  await flashBoard(directory, image);
  return { ok: true, board: directory, ...facts };
}

async function flashOverLine(input: Given, port: string) {
  const { baud, build, erase, image, 'no-stub': rom, unreleased } = input.flags;
  if (input.operands.directory !== undefined)
    throw new UsageError('--port takes the image as --image FILE, and no directory.');
  if (image === undefined || build === undefined)
    throw new UsageError('holdfast flash --port needs --image FILE and --build DIRECTORY.');
  const facts = readImage(image);
  const { chipParts } = await import('../flasher/parts.js');
  const parts = chipParts(image, build);
  if (!unreleased) {
    const settings = new Settings(input.flags);
    input.progress?.('looks for the release in its channel');
    await refuseUnreleased(await settings.chain(), settings.need('channel'), facts);
  }
  const { flashChip } = await import('../flasher/flashChip.js');
  const { openSerial } = await import('../serial/openSerial.js');
  const report = await flashChip({
    ...parts,
    open: speed => openSerial(port, speed),
    ...{ baud, erase, stub: !rom, returnMs: RETURN_MS },
    ...{ note: input.note, progress: input.progress, signal: input.signal },
  });
  return { ok: true, port, ...facts, ...report };
}
