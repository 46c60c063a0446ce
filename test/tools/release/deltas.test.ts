/** Deltas of a release: named by the head of its manifest, and each makes the image out of the one that it is from. */
import { createHash } from 'node:crypto';
import test from 'ava';
import { encodeImage } from '../../../firmware/store/imageHeader.js';
import { deltaFrom } from '../../../firmware/update/deltaList.js';
import { parseManifest } from '../../../firmware/update/manifest.js';
import { makeManifest } from '../../../host-sim/node/manifest.js';
import { withDeltas } from '../../../tools/release/deltas.js';
import { readImage, readManifest } from '../../../tools/release/imageFacts.js';
import { word } from '../../fakes/bytes.js';
import { make, noise } from '../../firmware/update/deltaMaker.js';

const body = noise(20_000, 1);
const older = [1, 2].map(version => encodeImage(version, word(5), body.slice(0, 15_000 + version)));
const image = encodeImage(3, word(5), body);
const { head } = makeManifest(image, 3, word(5), '{}');
const sha256 = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest();

test('the head names a delta from each older image, served by its hash, and is still the image’s own', t => {
  const made = withDeltas(head, image, older);
  t.deepEqual(withDeltas(head, image, older), made, 'whoever makes it');
  t.notThrows(() => readManifest(made.head, image, readImage(image)));
  const parsed = parseManifest(made.head);
  if (parsed.verdict === 'rejected') return void t.fail();
  older.forEach((base, i) => {
    const { length, sha256: name } = deltaFrom(parsed.value.fields, new Uint8Array(sha256(base)))!;
    const file = made.files.get(`deltas/${Buffer.from(name).toString('hex')}`)!;
    t.is(sha256(file).toString('hex'), Buffer.from(name).toString('hex'));
    t.deepEqual([file.length, made.lengths[i]], [length, length]);
    t.true(length < 6000);
    t.deepEqual(make(base, file, image.length).bytes, image);
  });
  const again = withDeltas(made.head, image, older.slice(0, 1));
  t.deepEqual(again, withDeltas(head, image, older.slice(0, 1)), 'deltas of before make room');
});

test('without an older image the head stays as it is; a delta that saves nothing is not named', t => {
  t.deepEqual(withDeltas(head, image, []), { head, files: new Map(), lengths: [] });
  const stranger = encodeImage(1, word(5), noise(300, 9));
  const made = withDeltas(head, image, [stranger]);
  t.deepEqual([made.head, made.files.size, made.lengths], [head, 0, [undefined]]);
});

test('the image itself, no image, and more than a head has room for are refused', t => {
  t.throws(() => withDeltas(head, image, [image]), { message: /is the image itself/ });
  t.throws(() => withDeltas(head, image, [body]), { message: /not an image/ });
  t.throws(() => withDeltas(head, image, new Array(9).fill(older[0])), { message: /8 deltas at most/ });
});
