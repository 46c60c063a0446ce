/** The Merkle tree over sectors: that of RFC 9162, with the roots that Certificate Transparency publishes. */
import test from 'ava';
import fc from 'fast-check';
import { concat } from '../../../firmware/bytes/concat.js';
import { fromHex, toHex } from '../../../firmware/bytes/hex.js';
import { SectorList } from '../../../firmware/update/sectorList.js';
import { leafHash, SECTOR_BYTES, SectorTree, sectorCount } from '../../../firmware/update/sectorTree.js';
import { flipped } from '../../fakes/bytes.js';
import { holds } from '../../fakes/holds.js';
import { crypto, image, manifestOf, sectorsOf } from './release.js';

/** The leaves and roots of the tests of google/certificate-transparency, merkletree/merkle_tree_test.cc. */
const LEAVES = [
  '0x',
  '0x00',
  '0x10',
  '0x2021',
  '0x3031',
  '0x40414243',
  '0x5051525354555657',
  '0x606162636465666768696a6b6c6d6e6f',
];
const ROOTS = [
  '0x6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d',
  '0xfac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125',
  '0xaeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77',
  '0xd37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7',
  '0x4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4',
  '0x76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef',
  '0xddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c',
  '0x5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328',
];

test('its roots are those of Certificate Transparency, for every number of leaves', t => {
  for (let count = 1; count <= LEAVES.length; count++) {
    const tree = new SectorTree(crypto);
    for (const leaf of LEAVES.slice(0, count)) tree.add(leafHash(crypto, [fromHex(leaf)!]));
    t.is(toHex(tree.root()!), ROOTS[count - 1], `${count} leaves`);
  }
  t.is(new SectorTree(crypto).root(), undefined);
});

/** The tree as RFC 9162 defines it, by recursion. */
function rootOf(leaves: Uint8Array[]): Uint8Array {
  if (leaves.length === 1) return leaves[0];
  let half = 1;
  while (half * 2 < leaves.length) half *= 2;
  const hash = crypto.sha256();
  hash.update(concat(Uint8Array.of(1), rootOf(leaves.slice(0, half)), rootOf(leaves.slice(half))));
  return hash.digest();
}

test('leaf by leaf it is the tree that the standard defines by recursion', t => {
  holds(
    t,
    fc.property(fc.integer({ min: 1, max: 70 }), count => {
      const leaves = Array.from({ length: count }, (_, i) => leafHash(crypto, [Uint8Array.of(i)]));
      const tree = new SectorTree(crypto);
      for (const leaf of leaves) tree.add(leaf);
      t.deepEqual(tree.root(), rootOf(leaves));
    }),
  );
});

test('a list that leads to the root tells each sector from the same with one bit changed, and from every other', t => {
  const bytes = image(1, 30_000);
  const count = sectorCount(bytes.length);
  const list = new SectorList(crypto, count);
  const leaves = sectorsOf(bytes);
  for (let at = 0; at < leaves.length; at += 50) {
    t.is(list.root, undefined);
    t.false(list.holds(0, [bytes.subarray(0, SECTOR_BYTES)]), 'nothing counts before it is whole');
    list.push(leaves.subarray(at, at + 50));
  }
  t.deepEqual(list.root, manifestOf(bytes, 1).slice(48, 80));
  list.push(new Uint8Array(100));
  for (let i = 0; i < count; i++) {
    const sector = bytes.slice(i * SECTOR_BYTES, (i + 1) * SECTOR_BYTES);
    t.true(list.holds(i, [sector]));
    t.true(list.holds(i, [sector.subarray(0, 5), sector.subarray(5)]));
    t.false(list.holds(i, [flipped(sector, 8 * 100 + i)]));
    t.false(list.holds(i, [sector.slice(0, -1)]));
    t.false(list.holds((i + 1) % count, [sector]));
  }
});

test('a list with any bit changed, cut, or in another order leads to another root', t => {
  const bytes = image(1, 30_000);
  const leaves = sectorsOf(bytes);
  const root = toHex(manifestOf(bytes, 1).slice(48, 80));
  const rootFrom = (list: Uint8Array) => {
    const read = new SectorList(crypto, sectorCount(bytes.length));
    read.push(list);
    return read.root && toHex(read.root);
  };
  t.is(rootFrom(leaves), root);
  holds(
    t,
    fc.property(fc.nat(leaves.length * 8 - 1), bit => {
      t.not(rootFrom(flipped(leaves, bit)), root);
    }),
  );
  t.is(rootFrom(leaves.slice(0, -1)), undefined);
  t.not(rootFrom(concat(leaves.slice(32), leaves.slice(0, 32))), root);
});
