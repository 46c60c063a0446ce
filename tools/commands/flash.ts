import { mkdirSync } from 'node:fs';
import { IMAGE_BYTES_MAX } from '../../firmware/store/imageHeader.js';
import { defineCommand, operand } from '../cli/command.js';
import { bytesOfFile, path } from '../cli/kinds.js';
import { readImage } from '../release/imageFacts.js';

export default defineCommand({
  summary: 'Write a first image into a simulated board that is switched off',
  details:
    'The board’s flash are files in the directory, which is made if it is not there. Its key and store stay.',
  example: 'holdfast flash boards/1 relay-1.img',
  operands: {
    directory: operand(path, 'the board'),
    image: operand(bytesOfFile(IMAGE_BYTES_MAX), 'the image file'),
  },
  flags: {},
  run: async ({ operands }) => {
    const { directory, image } = operands;
    const facts = readImage(image);
    mkdirSync(directory, { recursive: true, mode: 0o700 });
    const { flashBoard } = await import('../../host-sim/board/flashing.js');
    await flashBoard(directory, image);
    return { ok: true, board: directory, ...facts };
  },
  show: ({ board, imageSha256, size, version }) => [
    `${board} starts version ${version} (${imageSha256}, ${size} bytes) when it is switched on.`,
    `Next: holdfast provision --board ${board}`,
  ],
});
