/** Lines at whose other end no board answers: each cause is told from the others. */
import { FrameWriter } from '../../../firmware/serial/frame.js';
import { frameType } from '../../../firmware/serial/frameType.js';
import { serialConsole } from '../../../tools/console/serial.js';
import { type Pty, ptyTest } from '../serial/pty.js';

const { signal } = new AbortController();
const text = (line: string) => Buffer.from(line, 'latin1');

/** A line of a board's console. */
function saying(): (line: unknown) => Uint8Array {
  const writer = new FrameWriter();
  return line => writer.encode(frameType.lineEnd, text(JSON.stringify(line)));
}

const frames = saying();

/** Answers to the first request, by the name of the fault. */
const boards: readonly [code: string, words: string, say: (pty: Pty, bytes: Uint8Array) => void][] = [
  ['port_silent', 'a board that stalls', () => {}],
  ['port_echo', 'a line that echoes', (pty, bytes) => pty.write(bytes)],
  ['console_other', 'a board that spews text', pty => pty.write(text('tick 12345\r\n'.repeat(4000)))],
  [
    'console_other',
    'a board with a console of lines, as before frames',
    pty => pty.write(text('{"hello":{"version":1}}\n{"answer":1,"result":{}}\n')),
  ],
  [
    'board_restarts',
    'a board that starts again and again',
    pty =>
      pty.write(text('ESP-ROM:esp32c3-api1-20210207\r\nrst:0xf (BROWNOUT_RST),boot:0xd\r\n\0'.repeat(4))),
  ],
  [
    'board_restarts',
    'a board that says hello again and again, in frames',
    pty => {
      for (let start = 0; start < 4; start++) pty.write(saying()({ hello: { version: 1 } }));
    },
  ],
  [
    'port_speed',
    'a board at another speed',
    pty => pty.write(Buffer.from(Array.from({ length: 400 }, (_, i) => 0x80 | (i * 37)))),
  ],
  ['console', 'a board that speaks and does not answer', pty => pty.write(frames({ log: 'busy' }))],
  [
    'board',
    'a board that does not know the request',
    pty => pty.write(saying()({ answer: 1, error: 'no request identify' })),
  ],
];

for (const [code, words, say] of boards) {
  ptyTest(`${words} is told as ${code}`, async (t, pty) => {
    let once = true;
    pty.onData(bytes => {
      if (once || code === 'port_echo') say(pty, bytes);
      once = false;
    });
    const board = await serialConsole(pty.path, { onLog() {}, signal, startMs: 50, answerMs: 400 });
    t.like(await t.throwsAsync(board.request('identify')), { code });
    await board.close();
  });
}

ptyTest('a line that goes away in the middle of a request ends it', async (t, pty) => {
  pty.onData(() => pty.pull());
  const board = await serialConsole(pty.path, { onLog() {}, signal, startMs: 50 });
  t.regex((await t.throwsAsync(board.request('identify')))!.message, /is lost/);
  await board.close();
});
