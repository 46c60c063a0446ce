/** The files of an image server in a directory, so that they outlive it: each below its folder, under its hash. */
import * as fs from 'node:fs';
import { join } from 'node:path';
import { IMAGE_BYTES_MAX } from '../../firmware/store/imageHeader.js';
import { writeWhole } from '../node/wholeFile.js';

const FOLDERS = ['images', 'manifests', 'sectors', 'documents', 'deltas'] as const;
const NAME = /^[0-9a-f]{64}$/;

/** The files that `keepFile` kept, by path, at most so many; what else lies there is passed over. */
export function readKept(directory: string, filesMax: number): Map<string, Uint8Array> {
  const files = new Map<string, Uint8Array>();
  for (const folder of FOLDERS) {
    const place = join(directory, folder);
    const names = fs.existsSync(place) ? fs.readdirSync(place).filter(name => NAME.test(name)) : [];
    for (const name of names.sort().slice(0, filesMax - files.size)) {
      const { size } = fs.statSync(join(place, name));
      if (size <= IMAGE_BYTES_MAX) files.set(`/${folder}/${name}`, fs.readFileSync(join(place, name)));
    }
  }
  return files;
}

/** Keeps a file whole or not at all. `path` is `/folder/hash`. */
export function keepFile(directory: string, path: string, bytes: Uint8Array): void {
  writeWhole(join(directory, path), bytes);
}
