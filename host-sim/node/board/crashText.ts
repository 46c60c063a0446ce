/** The text of a crash record: what was thrown, cut to what a record may hold. In C firmware/esp32/native/crashRecord.c. */
import { CRASH_TEXT_BYTES_MAX } from '../../../firmware/store/crashRecord.js';

/** Characters of the message, and of a frame. */
const MESSAGE_CHARACTERS_MAX = 160;
const FRAME_CHARACTERS_MAX = 96;

/**
 * The first line of a message and the frames of its stack, ASCII. What else a message has is left out: nobody but the
 * author of an app decides what stands there.
 */
export function crashText(description: string): Uint8Array {
  const [message, ...rest] = description.split('\n');
  let text = message.slice(0, MESSAGE_CHARACTERS_MAX);
  for (const line of rest) {
    const frame = line.replace(/^ +/, '');
    if (!frame.startsWith('at ')) continue;
    const next = `${text}\n${frame.slice(0, FRAME_CHARACTERS_MAX)}`;
    if (next.length > CRASH_TEXT_BYTES_MAX) break;
    text = next;
  }
  return Uint8Array.from(text, character => (/[ -~\n]/.test(character) ? character.charCodeAt(0) : 0x3f));
}
