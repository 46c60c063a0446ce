/** The code that the host runs in its machines on its own behalf, bundled, as a C file. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { build } from 'esbuild';
import { bundleFirmware } from '../node/bundle/firmware.js';
import { language } from '../node/bundle/language.js';
import { repositoryRoot } from '../node/repository.js';
import { writeWhole } from '../node/wholeFile.js';

/** A script whose value is what the entry exports; it leaves no global behind. `shorten`: names inside it as well. */
export async function bundleGuest(
  entry: 'boot.ts' | 'prelude.ts' | 'stepped.ts',
  { shorten = false } = {},
): Promise<string> {
  const result = await build({
    absWorkingDir: repositoryRoot,
    entryPoints: [join('host-sim', 'engine', 'guest', entry)],
    bundle: true,
    write: false,
    format: 'iife',
    globalName: 'guest',
    platform: 'neutral',
    ...language,
    legalComments: 'none',
    minifyWhitespace: true,
    minifySyntax: true,
    minifyIdentifiers: shorten,
    logLevel: 'silent',
  });
  return `(() => {${result.outputFiles[0].text}return guest;})()`;
}

/** The same for guest/recorder.ts, which brings packages of the firmware. */
export async function bundleRecorder(): Promise<string> {
  const { text } = await bundleFirmware({ entry: 'host-sim/engine/guest/recorder.ts' });
  return `(() => {${text}\nreturn image;})()`;
}

const asC = (name: string, text: string): string => {
  const lines = text.match(/[\s\S]{1,90}/g)!.map(piece => `  ${JSON.stringify(piece).replace(/\?/g, '\\?')}`);
  return `const char ${name}[] =\n${lines.join('\n')};\nconst size_t ${name}Length = sizeof ${name} - 1;\n`;
};

/** Writes the file only if it changes, so that nothing is compiled again without need. */
export async function writeGuests(file: string): Promise<void> {
  const texts = await Promise.all([
    bundleGuest('boot.ts').then(text => asC('bootText', text)),
    bundleGuest('prelude.ts').then(text => asC('preludeText', text)),
    bundleGuest('stepped.ts').then(text => asC('steppedText', text)),
    bundleRecorder().then(text => asC('recorderText', text)),
  ]);
  writeChanged(file, ['#include "guests.h"\n', ...texts].join('\n'));
}

/** See writeGuests. */
export function writeChanged(file: string, text: string): void {
  if (existsSync(file) && readFileSync(file, 'utf8') === text) return;
  writeWhole(file, text);
}
