/** The face of an app: read off its code, and params in JSON Schema that accept no less than the board does. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test from 'ava';
import * as v from 'valibot';
import { buildImage } from '../../../host-sim/image/build.js';
import { FaceError, faceOf } from '../../../host-sim/image/face.js';
import { jsonSchemaOf } from '../../../host-sim/image/jsonSchema.js';
import { repositoryRoot } from '../../../host-sim/node/repository.js';
import { unchanged } from '../../../tools/package/contents.js';

const app = `import { action, type Board, defineApp } from 'holdfast/app';
import * as v from 'valibot';
export default (board: Board) => {
  const led = new board.io.Digital({ pin: 4, mode: board.io.Digital.Output });
  board.every(50, () => led.write(1));
  return defineApp({ name: 'blink', healthy: () => true, actions: {
    set: action({ params: v.strictObject({ on: v.boolean() }), idempotent: true, run: ({ on }) => on }),
    wipe: action({ params: v.strictObject({}), class: 'irreversible', run: () => undefined }),
  } });
};
`;

/** The path of a file with that text, in a folder of its own. */
function fileOf(t: { teardown(run: () => void): void }, text: string): string {
  const folder = mkdtempSync(join(tmpdir(), 'holdfast-face-'));
  t.teardown(() => rmSync(folder, { recursive: true }));
  writeFileSync(join(folder, 'app.ts'), text);
  return join(folder, 'app.ts');
}

test('actions with their params and what must be known before they are ordered', async t => {
  t.deepEqual(JSON.parse(await faceOf(fileOf(t, app))), {
    format: 1,
    app: 'blink',
    actions: {
      set: {
        params: {
          type: 'object',
          properties: { on: { type: 'boolean' } },
          required: ['on'],
          additionalProperties: false,
        },
        idempotent: true,
      },
      wipe: {
        params: { type: 'object', properties: {}, additionalProperties: false },
        class: 'irreversible',
      },
    },
  });
});

test('an app that does not make itself says why, with a place in its source', async t => {
  const error = await t.throwsAsync(faceOf(fileOf(t, app.replace('const led', 'null.x; const led'))), {
    instanceOf: FaceError,
  });
  t.regex(error!.message, /TypeError: .*image:\d+:\d+/s);
  t.true(error!.sourceMap.includes('app.ts'));
});

test('the same app gives the same image wherever it lies; its manifest names its face', async t => {
  const build = (path: string) =>
    buildImage({ app: path, name: 'blink', version: 2, hardware: new Uint8Array(32) });
  const [one, other] = await Promise.all([build(fileOf(t, app)), build(fileOf(t, app))]);
  t.deepEqual(one.bytes, other.bytes);
  t.is(one.manifest.document, other.manifest.document);
  t.regex(JSON.parse(one.manifest.document).face, /^0x[0-9a-f]{64}$/);
  const changed = await build(fileOf(t, app.replace('pin: 4', 'pin: 5')));
  t.not(JSON.parse(changed.manifest.document).source, JSON.parse(one.manifest.document).source);
});

const schemas: [name: string, schema: v.GenericSchema, expected: object][] = [
  [
    'bounds',
    v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(9)),
    { type: 'integer', minimum: 1, maximum: 9 },
  ],
  [
    'lengths of text',
    v.pipe(v.string(), v.minLength(1), v.maxLength(9)),
    { type: 'string', minLength: 1, maxLength: 9 },
  ],
  [
    'lengths of lists',
    v.pipe(v.array(v.string()), v.maxLength(3)),
    { type: 'array', items: { type: 'string' }, maxItems: 3 },
  ],
  ['words', v.picklist(['a', 'b']), { enum: ['a', 'b'] }],
  ['one value', v.literal(5), { const: 5 }],
  ['a choice', v.union([v.string(), v.null()]), { anyOf: [{ type: 'string' }, { type: 'null' }] }],
  ['a pattern', v.pipe(v.string(), v.regex(/^x+$/)), { type: 'string', pattern: '^x+$' }],
  ['a default', v.optional(v.number(), 3), { type: 'number', default: 3 }],
  [
    'what may be absent',
    v.object({ a: v.optional(v.string()) }),
    { type: 'object', properties: { a: { type: 'string' } } },
  ],
  [
    'what only code can say',
    v.pipe(
      v.string(),
      v.check(text => text > 'a'),
    ),
    { type: 'string' },
  ],
  [
    'words for people',
    v.pipe(v.string(), v.description('a name')),
    { type: 'string', description: 'a name' },
  ],
  ['bytes, of which JSON has none', v.instance(Uint8Array), {}],
];

for (const [name, schema, expected] of schemas) {
  test(`JSON Schema of ${name}`, t => t.deepEqual(jsonSchemaOf(schema), expected));
}

test('every source that a face is read with goes along in the package that authors install', t => {
  const lacking: string[] = [];
  const seen = new Set<string>();
  const follow = (path: string): void => {
    if (seen.has(path)) return;
    seen.add(path);
    if (!unchanged.some(kept => path === kept || path.startsWith(`${kept}/`))) lacking.push(path);
    if (!path.startsWith('host-sim/')) return;
    for (const [, specifier] of readFileSync(join(repositoryRoot, path), 'utf8').matchAll(
      /from '(\.[^']+)'/g,
    ))
      follow(join(path, '..', specifier).replace(/\.js$/, '.ts'));
  };
  follow('host-sim/image/describe.ts');
  t.true(seen.size > 5);
  t.deepEqual(lacking, []);
});
