/** The script by which the XS host plays a recording (recording/engineReplay.ts). */
import { toHex } from '../../firmware/bytes/hex.js';
import { headerLength } from '../../firmware/store/imageHeader.js';
import { bundleFirmware } from '../node/bundle/firmware.js';
import { RecordingReader } from '../recording/format.js';
import { PlayingTape } from '../recording/playingTape.js';
import { readStart } from '../recording/recordedStart.js';

/** Bytes of a piece: XS reads no text that is much longer. */
const PIECE_BYTES = 8192;

/**
 * The whole text, for one start of the board (recording/starts.ts). @param other the code of that image runs in the place
 * of the recorded one
 */
export async function replayScript(recording: Uint8Array, other?: Uint8Array): Promise<string> {
  const { text } = await bundleFirmware({ entry: 'host-sim/recording/engineReplay.ts' });
  const pieces: string[] = [];
  for (let at = 0; at < recording.length; at += PIECE_BYTES)
    pieces.push(JSON.stringify(toHex(recording.subarray(at, at + PIECE_BYTES))));
  const started = readStart(new PlayingTape(new RecordingReader(recording), () => {}));
  // Whoever plays it finds out the same.
  const image = 'reason' in started ? undefined : started;
  const body = other ?? image?.image ?? new Uint8Array(headerLength);
  const source = new TextDecoder('utf-8', { fatal: true }).decode(body.subarray(headerLength));
  const named = JSON.stringify(image?.facts.image ?? '');
  return [
    // The bundle has the name of an image.
    `var player = (() => {\n${text}\nreturn image; })();`,
    `var image = player.engineReplay({ pieces: [${pieces.join(',\n')}], images: {${named}: function () {\n${source}\nreturn image; }} });`,
  ].join('\n');
}
