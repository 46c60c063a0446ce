/** A claimed board is told where to connect, with all that its new owner chose. */
import test from 'ava';
import type { BoardConsole } from '../../../tools/console/boardConsole.js';
import { connectAnew } from '../../../tools/console/connectAnew.js';
import { Settings } from '../../../tools/settings/settings.js';
import { enterTemporaryDirectory } from '../support.js';

const device = `0x${'de'.repeat(20)}` as const;
const broker = 'mqtt://127.0.0.1:1883';
const images = 'http://127.0.0.1:8080';
const chosen = {
  'image-floor': 512,
  'postpone-hours': 24,
  revision: 3,
  'prover-key': `0x02${'11'.repeat(32)}` as const,
};

/** The requests to the board, and the warnings to the person. */
async function told(given: { broker?: string; images?: string }, choice: Partial<typeof chosen>) {
  const asked: unknown[] = [];
  const warned: string[] = [];
  const console = { request: async (...request: unknown[]) => void asked.push(request) };
  const asking = { note: () => {}, warn: (line: string) => void warned.push(line) };
  await connectAnew(asking, console as unknown as BoardConsole, new Settings(given), { device, ...choice });
  return { asked, warned };
}

test.serial(
  'floor and prover key go with broker and image server; what was not chosen is left out',
  async t => {
    enterTemporaryDirectory(t);
    const { asked } = await told({ broker, images }, chosen);
    t.like(asked, {
      0: [
        'configure',
        {
          broker,
          images: [images],
          imageFloor: 512,
          postponeHours: 24,
          revision: 3,
          proverKey: chosen['prover-key'],
        },
      ],
    });
    const { asked: plain } = await told({ broker }, {});
    const [, parameters] = plain[0] as [string, object];
    t.deepEqual(Object.keys(parameters), ['broker', 'images', 'access']);
  },
);

test.serial('without a broker nothing is asked of the board, and the person is warned', async t => {
  enterTemporaryDirectory(t);
  const { asked, warned } = await told({ images }, chosen);
  t.deepEqual(asked, []);
  t.regex(warned.join(), /no broker is named/);
});
