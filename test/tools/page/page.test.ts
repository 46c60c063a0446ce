/** The page in a browser, before a world that a test plays: hostile words, loss of the connection, accessibility. */
import test, { type ExecutionContext } from 'ava';
import type { Board, Decision, Json, PageEvent } from '../../../host-sim/page/protocol.js';
import { buildPage } from '../../../tools/page/build.js';
import { builtPage, readPage } from '../../../tools/page/files.js';
import { Memory } from '../../../tools/page/memory.js';
import { startPage } from '../../../tools/page/server.js';
import { newPage, openAll, seriousFindings, testInBrowser } from './browser.js';

const hostile = `<img src=x onerror=alert(1)><script>alert(2)</script>\u001b[31m\u202e"'\u0000`;

const board: Board = {
  name: 'board 1',
  device: `0x${'c5'.repeat(20)}`,
  power: 'on',
  starts: 1,
  presence: 'online',
  presenceSince: new Date().toISOString(),
  state: { on: true, name: hostile },
  app: hostile,
  actions: [{ name: 'relay.set', params: { type: 'object', properties: { on: { type: 'boolean' } } } }],
  pins: {},
  inputs: [
    { pin: 4, as: 'digital', idle: 1, value: 1 },
    { pin: 5, as: 'analogue', idle: 0, value: 7 },
  ],
  owner: `0x${'0a'.repeat(20)}`,
  offered: { to: `0x${'0c'.repeat(20)}`, byClaim: true },
};

const decision: Decision = {
  id: 1,
  at: new Date().toISOString(),
  board: 'board 1',
  about: 'command',
  subject: hostile,
  verdict: 'rejected',
  code: 'not_anchored',
  evidence: hostile,
  trail: [{ what: hostile, value: hostile }],
};

const events: readonly PageEvent[] = [
  {
    kind: 'world',
    world: {
      ...{ kind: 'processes', engine: 'node', level: 4, chainId: 1, fleet: '', channel: '', directory: '' },
      places: [
        {
          name: 'endpoint 1',
          faults: [{ name: 'cut connections', defence: 'The board asks another.', codes: ['not_anchored'] }],
        },
      ],
      attacks: [
        {
          ...{ name: 'random bytes', from: 'the broker', defence: 'It is parsed.' },
          ...{ expected: 'rejected', code: 'malformed', twin: 'an order after them' },
        },
        {
          ...{ name: 'a cut', from: 'the board', defence: 'It writes first.', expected: 'rejected' },
          ...{ code: 'replayed', twin: 'an order after it' },
          count: { label: 'write', least: 1, most: 9, usual: 3 },
        },
        {
          ...{ name: 'a checkpoint', from: 'stolen keys', defence: 'It takes two.', expected: 'rejected' },
          ...{ code: 'level', twin: 'a checkpoint of two', lacks: 'This board has no keys of that kind.' },
        },
      ],
      handOver: {
        people: [
          { name: 'the first owner', address: `0x${'0a'.repeat(20)}`, flags: [] },
          { name: 'the buyer', address: `0x${'0b'.repeat(20)}`, flags: ['--keystore', 'buyer.json'] },
        ],
        ...{ trust: ['--trust', 'trust.json'], newCode: ['--file', 'code-1'] },
      },
      lacks: {},
    },
  },
  { kind: 'board', board },
  { kind: 'decision', decision },
  { kind: 'line', board: 'board 1', text: hostile },
  { kind: 'reading', reading: { board: 'board 1', name: hostile, time: Date.now(), value: 21.5 } },
  { kind: 'reading', reading: { board: 'board 1', name: hostile, time: Date.now() + 1000, value: 22 } },
  { kind: 'block', number: 33, time: 1 },
];

async function serve(
  t: ExecutionContext,
  { document, ...address }: { port?: number; token?: string; document?: Json } = {},
) {
  const memory = new Memory();
  for (const event of events) memory.tell(event);
  const acts: unknown[] = [];
  const act = async (given: unknown) => {
    acts.push(given);
    return { ok: true, says: hostile, document };
  };
  const world = { known: () => memory.known(), follow: memory.follow.bind(memory), act };
  const page = await startPage({ world, files: readPage(builtPage), ...address });
  t.teardown(page.close);
  return { ...page, memory, acts };
}

test.before('the page is built', () => buildPage().then(() => {}));

testInBrowser('hostile words of a board are text, wherever they stand', async t => {
  const { page, faults } = await newPage(t);
  const { acts, url } = await serve(t);
  await page.goto(url);
  await page.getByRole('button', { name: 'send' }).click();
  await page.getByRole('status').filter({ hasText: 'onerror' }).waitFor();
  t.deepEqual(acts, [{ act: 'command', words: ['command', 'relay.set', '{"on":true}'] }]);
  t.is(await page.locator('img, iframe, #page script').count(), 0);
  const shown = await page.locator('body').innerText();
  t.true(shown.split('<img src=x onerror=alert(1)>').length > 5, 'the words are there, as words');
  t.deepEqual(faults, []);
});

for (const scheme of ['light', 'dark'] as const) {
  testInBrowser(`axe finds nothing serious, ${scheme}, on a desk, a tablet and a phone`, async t => {
    for (const width of [1280, 800, 390]) {
      const { page } = await newPage(t, width);
      await page.emulateMedia({ colorScheme: scheme });
      const { url } = await serve(t);
      await page.goto(url);
      await page.getByText('not_anchored').first().waitFor();
      await openAll(page);
      t.deepEqual(await seriousFindings(page), []);
      const overflow = await page.evaluate<number>('document.documentElement.scrollWidth - innerWidth');
      t.true(overflow <= 0, `${width}: ${overflow} pixels too wide`);
    }
  });
}

testInBrowser(
  'of a thousand boards those that differ stand out, a filter finds others, and each has its card',
  async t => {
    const { page, faults } = await newPage(t);
    const { memory, url } = await serve(t);
    for (let i = 2; i <= 1000; i++) {
      const alike = { name: `board ${i}`, app: 'relay', version: 1, level: 4, sequence: 3, linked: 3 };
      memory.tell({ kind: 'board', board: { ...board, ...alike, version: i === 500 ? 2 : 1 } });
    }
    await page.goto(url);
    await page.getByRole('heading', { name: '1000 boards' }).waitFor();
    t.is(await page.locator('.cells .cell').count(), 1000);
    t.regex(
      await page.locator('tbody tr', { hasText: 'board 500' }).innerText(),
      /version\s+well\s+version 2/,
    );
    await page.getByLabel('Filter').fill('board 777 well');
    await page.locator('tbody').getByRole('button', { name: 'board 777', exact: true }).click();
    t.is(await page.locator('tbody tr').count(), 1);
    await page.getByRole('article', { name: 'board 777' }).waitFor();
    memory.tell({ kind: 'board', board: { ...board, name: 'board 777', power: 'off' } });
    await page.getByRole('button', { name: 'give it power' }).waitFor();
    t.is(await page.locator('.cells .off').count(), 1);
    t.deepEqual(faults, []);
  },
);

testInBrowser('a page that lost its simulator says so since when, and finds it again', async t => {
  const { page, faults } = await newPage(t);
  const first = await serve(t);
  await page.goto(first.url);
  await page.getByText('connected since').waitFor();
  await first.close();
  await page
    .getByRole('alert')
    .filter({ hasText: /not connected since/ })
    .waitFor();
  const { hash, port } = new URL(first.url);
  const again = await serve(t, { port: Number(port), token: hash.slice(1) });
  await page.getByRole('alert').waitFor({ state: 'detached' });
  again.memory.tell({ kind: 'block', number: 4711, time: 1 });
  await page.getByText('block 4711').waitFor();
  t.deepEqual(faults, []);
});

testInBrowser('a list is typed as JSON; what is none is not sent', async t => {
  const { page, faults } = await newPage(t);
  const { acts, memory, url } = await serve(t);
  const params = { type: 'object', properties: { steps: { type: 'array' }, of: { type: 'object' } } };
  memory.tell({ kind: 'board', board: { ...board, actions: [{ name: 'lamp.play', params }] } });
  await page.goto(url);
  const send = page.getByRole('button', { name: 'send' });
  await page.getByLabel('steps').fill('[1, 2');
  await send.click();
  t.deepEqual(acts, []);
  await page.getByLabel('steps').fill('[1, 2]');
  await Promise.all([page.waitForResponse('**/api/act'), send.click()]);
  t.deepEqual(acts, [{ act: 'command', words: ['command', 'lamp.play', '{"steps":[1,2],"of":{}}'] }]);
  t.deepEqual(faults, []);
});

testInBrowser(
  'each group of attacks is closed until it is opened; nothing moves for whoever wants that',
  async t => {
    const { page } = await newPage(t, 390);
    await page.emulateMedia({ reducedMotion: 'reduce' });
    const { url } = await serve(t);
    await page.goto(url);
    const row = page.locator('.attacks li', { hasText: 'random bytes' });
    await page.getByText('0 tried, 0 worked').waitFor();
    t.is(await page.getByText('At the broker').count(), 0, 'on a phone the card is folded');
    await page.getByRole('navigation').getByRole('button', { name: 'attacks' }).click();
    await page.getByText('At the broker').waitFor();
    t.false(await row.isVisible());
    await page.getByText('At the broker').click();
    t.true(await row.isVisible());
    const moving = `[...document.querySelectorAll('*')].filter(each => {
    const { animationName, transitionDuration } = getComputedStyle(each);
    return animationName !== 'none' || transitionDuration.split(', ').some(time => time !== '0s');
  }).map(each => each.outerHTML)`;
    t.deepEqual(await page.evaluate<string[]>(moving), []);
    await page.emulateMedia({ reducedMotion: 'no-preference' });
    t.true((await page.evaluate<string[]>(moving)).length > 0, 'and for others a border does');
  },
);

testInBrowser(
  'a log of a run is opened beside the world, scrubbed and left; anything else is refused with a sentence',
  async t => {
    const { page, faults } = await newPage(t);
    const { acts, url } = await serve(t);
    await page.goto(url);
    await page.getByText('block 33').waitFor();
    const choose = (name: string, text: string) =>
      page.getByLabel(/^Open a log/).setInputFiles({ name, mimeType: '', buffer: Buffer.from(text) });
    await choose('x.txt', `hello ${hostile}`);
    await page.getByRole('status').filter({ hasText: 'Line 1 is of no log' }).waitFor();
    t.is(await page.getByRole('button', { name: 'back to the running world' }).count(), 0);
    const log = [
      '0 board-7 starts version 1 from slot A, confirmed',
      `2000 board-7 is active as 0x${'a1'.repeat(20)}`,
      `3000 board-7 │ [12:00 L1] command 0x01: rejected (not_anchored): ${hostile.replaceAll('\u0000', '')}`,
      '4000 board-7 loses power',
    ].join('\n');
    await choose(`${hostile}.log`, log);
    await page.getByRole('button', { name: 'back to the running world' }).waitFor();
    await page.getByText('The run is seen at 0 h 00 min 04.000 s.').waitFor();
    t.regex(await page.locator('.open').innerText(), /4 lines, SHA-256 [0-9a-f]{64}/);
    await page.getByLabel('moment of the world').fill('1000');
    await page.getByText('The run is seen at 0 h 00 min 00.000 s.').waitFor();
    await page.getByRole('article', { name: 'board-7' }).waitFor();
    t.is(await page.getByText('not_anchored').count(), 0, 'nothing was decided yet');
    await page.getByRole('button', { name: 'the end' }).click();
    await page.getByText('not_anchored').first().waitFor();
    t.deepEqual(await seriousFindings(page), []);
    await page.getByRole('button', { name: 'back to the running world' }).click();
    await page.getByText('block 33').waitFor();
    await page.getByRole('article', { name: 'board 1' }).waitFor();
    t.deepEqual(acts, [], 'the world was not touched');
    // dropped anywhere
    await page.evaluate(`{
      const dataTransfer = new DataTransfer();
      dataTransfer.items.add(new File([${JSON.stringify(log)}], 'dropped.log'));
      document.querySelector('h1').dispatchEvent(new DragEvent('drop', { dataTransfer, bubbles: true }));
    }`);
    await page.getByText('dropped.log').waitFor();
    t.deepEqual(faults, []);
  },
);

testInBrowser('an address without its token shows nothing, and says what to open', async t => {
  const { page } = await newPage(t);
  const { url } = await serve(t);
  await page.goto(`${url.split('#')[0]}#${'0'.repeat(32)}`);
  await page.getByRole('alert').filter({ hasText: 'holdfast start' }).waitFor();
  t.is(await page.getByText('board 1').count(), 0);
});

testInBrowser('everything can be reached by the keyboard, and what has the focus is seen', async t => {
  const { page } = await newPage(t);
  const { acts, url } = await serve(t);
  await page.goto(url);
  await page.getByRole('button', { name: 'send' }).waitFor();
  const reached: string[] = [];
  for (let i = 0; i < 90; i++) {
    await page.keyboard.press('Tab');
    reached.push(
      await page.evaluate<string>(
        "document.activeElement.textContent + ' ' + getComputedStyle(document.activeElement).outlineStyle",
      ),
    );
    if (acts.length === 0 && reached.at(-1)?.startsWith('send')) await page.keyboard.press('Enter');
  }
  for (const name of ['to the evidence', 'cut its power', 'send', 'pause the fleet', 'try'])
    t.true(
      reached.some(each => each.startsWith(name) && each.endsWith('solid')),
      `${name} in ${reached.join(', ')}`,
    );
  t.is(acts.length, 1);
});

testInBrowser('an attack takes its number; one that the world lacks is off, with the reason', async t => {
  const { page, faults } = await newPage(t);
  const { acts, url } = await serve(t);
  await page.goto(url);
  const row = (name: string) => page.locator('.attacks li', { hasText: name });
  for (const from of ['the board', 'stolen keys'])
    await page.locator('summary', { hasText: new RegExp(`^At ${from}`) }).click();
  await row('a cut').getByLabel('write').fill('12');
  await Promise.all([
    page.waitForResponse('**/api/act'),
    row('a cut').getByRole('button', { name: 'try' }).click(),
  ]);
  t.deepEqual(acts, [{ act: 'attack', name: 'a cut', count: 9 }]);
  t.true(await row('a checkpoint').getByRole('button', { name: 'try' }).isDisabled());
  t.regex(await row('a checkpoint').innerText(), /Not in this world: This board has no keys of that kind\./);
  t.deepEqual(await seriousFindings(page), []);
  t.deepEqual(faults, []);
});

testInBrowser('a fault lasts until it is ended, with its defence and the verdicts since then', async t => {
  const { page, faults } = await newPage(t);
  const { acts, memory, url } = await serve(t);
  const [first] = events;
  if (first.kind !== 'world') return t.fail();
  const { world } = first;
  await page.goto(url);
  await page.getByText('All is well.').waitFor();
  await page.getByLabel('endpoint 1').selectOption('cut connections');
  const begun = { fault: 'cut connections', since: new Date().toISOString() };
  memory.tell({ kind: 'world', world: { ...world, places: [{ ...world.places[0], ...begun }] } });
  await page.getByText('1 of 1 places are faulty.').waitFor();
  const row = page.locator('.places li', { hasText: 'The board asks another.' });
  t.regex(await row.innerText(), /Nothing has caught it so far\.[\s\S]*decided since then: nothing\./);
  const at = new Date(Date.now() + 1000).toISOString();
  memory.tell({ kind: 'decision', decision: { ...decision, id: 2, at } });
  await row.getByText('Caught by 1 × rejected (not_anchored).').waitFor();
  await Promise.all([page.waitForResponse('**/api/act'), page.getByLabel('endpoint 1').selectOption('')]);
  const before = begun;
  memory.tell({ kind: 'world', world: { ...world, places: [{ ...world.places[0], before }] } });
  await page.getByText('Met since then by 1 × rejected (not_anchored).').waitFor();
  t.deepEqual(acts, [
    { act: 'fault', place: 'endpoint 1', fault: 'cut connections' },
    { act: 'fault', place: 'endpoint 1' },
  ]);
  t.deepEqual(await seriousFindings(page), []);
  t.deepEqual(faults, []);
});

testInBrowser(
  'releases have their roll-out, the board its place in it, and each act its command line',
  async t => {
    const { page, faults } = await newPage(t, 390);
    const { acts, memory, url } = await serve(t);
    const release = (version: number, withdrawn = false) => ({
      ...{ version, withdrawn, size: 400_000, imageSha256: `0x${`0${version}`.repeat(32)}` },
    });
    const channel = { newest: 3, floor: 1, rollout: 100, paused: false, halted: false };
    memory.tell({ kind: 'channel', channel: { ...channel, releases: [release(2, true), release(3)] } });
    memory.tell({ kind: 'board', board: { ...board, place: 417 } });
    await page.goto(url);
    await page.getByText('for 100 of 1000 boards; this board has place 417: not yet its turn').waitFor();
    for (const hasText of ['Releases', 'Report']) await page.locator('.fold', { hasText }).click();
    const row = (version: number) => page.locator('tr', { hasText: `version ${version}` });
    t.regex(await row(2).innerText(), /withdrawn/);
    t.true(await row(2).getByRole('button', { name: 'offer' }).isDisabled());
    const answered = () => page.waitForResponse('**/api/act');
    await Promise.all([answered(), row(3).getByRole('button', { name: 'withdraw' }).click()]);
    await page.getByLabel('of 1000 boards').fill('500');
    await Promise.all([answered(), page.getByRole('button', { name: 'widen the roll-out' }).click()]);
    await Promise.all([answered(), page.getByRole('button', { name: 'publish version 4' }).click()]);
    t.deepEqual(acts, [
      { act: 'command', words: ['release', 'withdraw', '--version', '3'] },
      { act: 'command', words: ['release', 'rollout', '500'] },
      { act: 'publish', rollout: 500 },
    ]);
    memory.tell({
      kind: 'channel',
      channel: { ...channel, rollout: 500, paused: true, releases: [release(3)] },
    });
    await page.getByText('this board has place 417: it takes it. The channel is paused.').waitFor();
    const since = (seconds: number) => new Date(Date.now() - seconds * 1000).toISOString();
    const ran = [
      { version: 1, since: since(3_000) },
      { version: 3, since: since(1_200) },
    ];
    memory.tell({ kind: 'board', board: { ...board, version: 3, ran } });
    await page.getByText('version 1 for 30 min, then version 3 for 20 min').waitFor();
    t.deepEqual(await seriousFindings(page), []);
    t.deepEqual(faults, []);
  },
);

testInBrowser('an input is pressed for as long as one holds it, by pointer and by key, and set', async t => {
  const { page, faults } = await newPage(t);
  const { acts, url } = await serve(t);
  await page.goto(url);
  const press = page.getByRole('button', { name: 'press' });
  const set = (pin: number, value: number) => ({ act: 'input', board: 'board 1', pin, value });
  const answered = () => page.waitForResponse('**/api/act');
  await press.hover();
  await Promise.all([answered(), page.mouse.down()]);
  t.deepEqual(acts.splice(0), [set(4, 0)]);
  await Promise.all([answered(), page.mouse.up()]);
  t.deepEqual(acts.splice(0), [set(4, 1)]);
  await press.focus();
  await Promise.all([answered(), page.keyboard.down('Enter')]);
  await Promise.all([answered(), page.keyboard.up('Enter')]);
  t.deepEqual(acts.splice(0), [set(4, 0), set(4, 1)]);
  await Promise.all([answered(), page.getByLabel('input 5').fill('2048')]);
  t.deepEqual(acts, [set(5, 2048)]);
  t.deepEqual(faults, []);
});

testInBrowser(
  'a board changes hands by command lines of its owner and of the buyer, each with the right key',
  async t => {
    const { page, faults } = await newPage(t, 390);
    const { acts, memory, url } = await serve(t);
    const [first] = events;
    if (first.kind !== 'world') return t.fail();
    const handOver = first.world.handOver!;
    const { people } = handOver;
    memory.tell({ kind: 'board', board: { ...board, offered: undefined } });
    await page.goto(url);
    await page.getByText('It belongs to the first owner').click();
    const click = (name: string) =>
      Promise.all([page.waitForResponse('**/api/act'), page.getByRole('button', { name }).click()]);
    await click('make a claim code');
    memory.tell({
      kind: 'world',
      world: { ...first.world, handOver: { ...handOver, code: ['--code-file', 'code-1'] } },
    });
    const offered = { to: `0x${'0c'.repeat(20)}`, byClaim: true };
    memory.tell({ kind: 'board', board: { ...board, offered } });
    await click('claim it as the buyer');
    memory.tell({ kind: 'board', board: { ...board, owner: people[1].address, offered: undefined } });
    await page.getByText('It belongs to the buyer').waitFor();
    await click('offer');
    memory.tell({
      kind: 'board',
      board: { ...board, owner: people[1].address, offered: { to: people[0].address, byClaim: false } },
    });
    await click('accept it as the first owner');
    await click('lift');
    await click('report stolen');
    const command = (...words: string[]) => ({ act: 'command', words });
    t.deepEqual(acts, [
      command('device', 'claim-code', '--file', 'code-1'),
      command(
        'device',
        'claim',
        '--code-file',
        'code-1',
        '--trust',
        'trust.json',
        '--keystore',
        'buyer.json',
      ),
      command('device', 'transfer', '--to', people[0].address, '--keystore', 'buyer.json'),
      command('device', 'accept', '--trust', 'trust.json'),
      command('device', 'lift', '--keystore', 'buyer.json'),
      command('device', 'stolen', '--keystore', 'buyer.json'),
    ]);
    t.deepEqual(faults, []);
  },
);

testInBrowser(
  'the time of a seeded world stands, steps and runs; what it cannot do is disabled, with the reason',
  async t => {
    const { page, faults } = await newPage(t);
    const { acts, memory, url } = await serve(t);
    const seeded = { seed: '0x7', replay: 'holdfast sim --seed 0x7', hours: 1, faults: ['cut'], touches: 0 };
    const lacks = {
      command: 'Its seed says what happens.',
      power: 'No power by hand.',
      attacks: 'It has its own.',
    };
    const kind = 'seeded' as const;
    const [first] = events;
    if (first.kind !== 'world') return t.fail();
    memory.tell({ kind: 'world', world: { ...first.world, kind, seeded, attacks: [], lacks } });
    const clock = { at: Date.UTC(2000, 0, 1, 1), sinceMs: 3_600_000, moves: 'stands' as const, speed: 60 };
    memory.tell({ kind: 'clock', clock });
    await page.goto(url);
    await page.getByText('1 h 00 min 00.000 s').waitFor();
    await page.getByText('npx holdfast sim --seed 0x7').waitFor();
    t.true(await page.getByRole('button', { name: 'cut its power' }).isDisabled());
    for (const reason of [lacks.command, lacks.attacks]) await page.getByText(reason).waitFor();
    t.is(await page.getByRole('button', { name: 'send' }).count(), 0);
    await page.getByRole('button', { name: 'to the next event' }).click();
    await page.getByRole('button', { name: '600 times' }).click();
    await page.getByRole('button', { name: 'ten minutes' }).click();
    await page.getByLabel('moment of the world').fill('1800000');
    await page.getByRole('button', { name: 'the event before' }).click();
    memory.tell({ kind: 'anew' });
    memory.tell({ kind: 'clock', clock: { ...clock, seenMs: 1_799_000 } });
    await page.getByText('The past is seen, at 0 h 29 min 59.000 s.').waitFor();
    t.is(await page.getByRole('article').count(), 0, 'nobody was there yet');
    await page.getByRole('button', { name: 'the present' }).click();
    memory.tell({ kind: 'board', board });
    memory.tell({ kind: 'clock', clock: { ...clock, moves: 'runs', sinceMs: 3_661_000, speed: 600 } });
    await page.getByText('1 h 01 min 01.000 s').waitFor();
    await page.getByRole('button', { name: 'stop' }).click();
    t.deepEqual(await seriousFindings(page), []);
    const wanted = [
      { act: 'time', move: 'step' },
      { act: 'time', move: 'run', speed: 600 },
      { act: 'skip', seconds: 600 },
      { act: 'time', move: 'see', atMs: 1_800_000 },
      { act: 'time', move: 'back' },
      { act: 'time', move: 'present' },
      { act: 'time', move: 'stop' },
    ];
    t.deepEqual(acts, wanted);
    // touched by hand, it is no longer the world of its seed alone
    const replay = `${seeded.replay} --touch 9:endpoint-1:header`;
    const touched = { ...seeded, replay, touches: 1 };
    memory.tell({ kind: 'world', world: { ...first.world, kind, seeded: touched, attacks: [], lacks } });
    const said = [{ of: 'attack', verdict: 'rejected', code: 'header_mismatch' }] as const;
    const at = new Date(clock.at).toISOString();
    memory.tell({ kind: 'attempt', attempt: { name: `endpoint-1: ${hostile}`, state: 'caught', said, at } });
    memory.tell({ kind: 'attempt', attempt: { name: 'chain: a stall', state: 'unmet', said: [], at } });
    await page.getByText('Touched by hand, 1 times:').waitFor();
    await page.getByText(`npx ${replay}`).waitFor();
    t.regex(
      await page.locator('.score').innerText(),
      /2\s+faults by hand\s+1\s+caught\s+0\s+worked\s+1\s+met by nothing/,
    );
    t.regex(
      await page.locator('.attacks').innerText(),
      /over before anything met it[\s\S]*rejected \(header_mismatch\)/,
    );
    t.deepEqual(await seriousFindings(page), []);
    t.deepEqual(faults, []);
  },
);

testInBrowser(
  'a report says who ordered what and what the board answered, and prints without the rest',
  async t => {
    const { page, faults } = await newPage(t);
    const order = {
      sequence: 1,
      commandHash: `0x${'77'.repeat(32)}`,
      operator: `0x${'0b'.repeat(20)}`,
      blockNumber: 9,
    };
    const document = {
      ...{ device: board.device, complete: true, findings: [{ rule: 'gap', what: hostile }] },
      commands: [{ ...order, ordered: `relay.set ${hostile}`, outcome: 'done', code: '' }],
      receipts: [
        { counter: 5, envelopeHash: order.commandHash, imageHash: `0x${'91'.repeat(32)}`, blockNumber: 8 },
      ],
    };
    const { acts, url } = await serve(t, { document });
    await page.goto(url);
    await page.getByRole('button', { name: 'draw it up' }).click();
    const report = page.locator('.report');
    await report.getByText('1 findings').waitFor();
    t.deepEqual(acts, [{ act: 'command', words: ['audit'] }]);
    t.regex(
      await report.locator('table').first().innerText(),
      /0x0b0b0b…0b0b\s+relay\.set <img src=x onerror=alert\(1\)>.*\s+9\s+0x777777…7777\s+done\s+5/,
    );
    t.regex(await report.innerText(), /gap: <img src=x onerror=alert\(1\)>/);
    t.regex(await report.innerText(), /0x919191…9191\s+1\s+8\s+8/);
    t.deepEqual(await seriousFindings(page), []);
    await page.emulateMedia({ media: 'print' });
    t.true(await report.locator('table').first().isVisible());
    for (const id of ['#decisions', '#acts', '#console', '#break', '.rail', '.open'])
      t.false(await page.locator(id).isVisible(), id);
    t.deepEqual(faults, []);
  },
);
