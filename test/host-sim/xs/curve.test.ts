/** 500 curve cases on the native crypto as an image gets it in XS, against the portable crypto on Node. */
import { concat } from '../../../firmware/bytes/concat.js';
import { toHex } from '../../../firmware/bytes/hex.js';
import { portableCrypto } from '../../../firmware/crypto/portable.js';
import { seeded } from '../../firmware/beacon/random.js';
import { xsTest } from '../engine/withXs.js';
import { runScript } from './scripts.js';

const seed = Number(process.env.HOLDFAST_SEED ?? 20_261_122);

xsTest(
  'in XS 500 signatures, a fifth of them spoilt, are made and recovered as on Node',
  async (t, program) => {
    const random = seeded(seed);
    const portable = portableCrypto();
    const inputs: string[] = [];
    const expected: string[] = [];
    for (let i = 0; i < 500; i++) {
      const [digest, key] = [random.bytes(32), random.bytes(32)];
      const made = portable.sign(digest, key);
      const shown = Uint8Array.from(made);
      if (i % 5 === 0) shown[random.below(65)] ^= 1 << random.below(8);
      inputs.push(toHex(concat(digest, key, shown)).slice(2));
      const signer = portable.recoverAddress(digest, shown);
      expected.push(`${toHex(made).slice(2)} ${signer ? toHex(signer).slice(2) : 'nobody'}`);
    }
    const { code, fault, logs } = await runScript(
      program,
      `"use strict"; var image = { start(ports) {
      const hex = bytes => Array.from(bytes, byte => (byte + 256).toString(16).slice(1)).join('');
      for (const text of ${JSON.stringify(inputs)}) {
        const bytes = new Uint8Array(129);
        for (let i = 0; i < 129; i++) bytes[i] = parseInt(text.slice(2 * i, 2 * i + 2), 16);
        const made = ports.crypto.sign(bytes.subarray(0, 32), bytes.subarray(32, 64));
        const signer = ports.crypto.recoverAddress(bytes.subarray(0, 32), bytes.subarray(64));
        ports.console.log(hex(made) + ' ' + (signer ? hex(signer) : 'nobody'));
      }
      ports.boot.restart('update');
    } };`,
      ['--heap', '0'],
    );
    t.is(code, 75, fault);
    t.deepEqual(logs, expected);
    t.true(expected.some(line => line.endsWith('nobody')));
  },
);
