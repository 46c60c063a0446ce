/**
 * A recording as one file that a browser opens by itself: the page, what plays recordings, and the recording. Nothing is
 * loaded from anywhere, and no script runs but those two, the page's by its hash and the worker's as a blob. The same
 * holdfast makes the same file of the same recording, and so can tell whether somebody changed one.
 */
import { createHash } from 'node:crypto';
import { gunzipSync, gzipSync } from 'node:zlib';
import { allExplained } from './explained.js';
import { PLAYER_FILE, type readPage } from './files.js';

/** Bytes of a recording that a page takes: a browser holds it several times over. */
export const PAGE_RECORDING_BYTES_MAX = 64 * 1024 * 1024;
/** Bytes of such a file. */
export const REPLAY_PAGE_BYTES_MAX = 2 * PAGE_RECORDING_BYTES_MAX;

type Files = ReturnType<typeof readPage>;

const RECORDING = /<script type="text\/plain" id="recording">([A-Za-z0-9+/]+={0,2})<\/script>/;

/** The file. @param files of the page (`readPage`) */
export const replayPage = (recording: Uint8Array, files: Files): string =>
  pageAround(gzipSync(recording, { level: 9 }).toString('base64'), files);

/**
 * The recording in such a file, and whether all around it is what this holdfast writes. Undefined for a file without one,
 * and for one that unpacks to more than a page takes. Untrusted text.
 */
export function readReplayPage(
  html: string,
  files: Files,
): { recording: Uint8Array; isUntouched: boolean } | undefined {
  const packed = RECORDING.exec(html)?.[1];
  if (packed === undefined) return undefined;
  try {
    const recording = gunzipSync(Buffer.from(packed, 'base64'), {
      maxOutputLength: PAGE_RECORDING_BYTES_MAX,
    });
    return { recording, isUntouched: pageAround(packed, files) === html };
  } catch {
    return undefined;
  }
}

function pageAround(packed: string, files: Files): string {
  const textOf = (isIt: (path: string) => boolean): string => {
    const found = [...files].find(([path]) => isIt(path));
    if (!found) throw new Error('the page is not whole: build it anew');
    return Buffer.from(found[1].bytes).toString();
  };
  const script = textOf(path => path.startsWith('/assets/') && path.endsWith('.js'))
    // Within its texts alone: there they mean the same.
    .replaceAll('</script', '<\\/script')
    .replaceAll('<!--', '<\\!--');
  const style = textOf(path => path.endsWith('.css'));
  const parts = { player: textOf(path => path === `/${PLAYER_FILE}`), words: allExplained() };
  const policy = [
    "default-src 'none'",
    `script-src '${hashOf(script)}'`,
    `style-src '${hashOf(style)}'`,
    'worker-src blob:',
    'img-src data:',
    "base-uri 'none'",
    "form-action 'none'",
  ].join('; ');
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>Holdfast: a recording</title>
<link rel="icon" href="data:,">
<style>${style}</style>
</head>
<body>
<div id="page"><p class="loading">Holdfast is loading…</p></div>
<script type="application/json" id="parts">${JSON.stringify(parts).replaceAll('<', '\\u003c')}</script>
<script type="text/plain" id="recording">${packed}</script>
<script type="module">${script}</script>
</body>
</html>
`;
}

const hashOf = (text: string): string => `sha256-${createHash('sha256').update(text).digest('base64')}`;
