/**
 * The knowledge that an observer of time gains of a key from the native crypto: valgrind follows undefined bytes into
 * branches and addresses. test/host-sim/rv32/steady.test.ts counts instructions on a chip's processor.
 */
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { buildProgram, flagsOf, nativeFolder, nativeTest, ToolMissing } from './native/programs.js';

/**
 * Functions that may branch on what comes of the key, because that is no secret: whether the bytes are a key and a
 * nonce at all (the chance that they are not is 2^-127), whether s was in the upper half, the address.
 */
const harmless: Readonly<Record<string, readonly string[]>> = {
  sign: [
    ...['secp256k1_ec_seckey_verify', 'secp256k1_ecdsa_sign_recoverable', 'secp256k1_ecdsa_sig_sign'],
    'secp256k1Sign',
  ],
  address: [
    ...['secp256k1_ec_seckey_verify', 'secp256k1_ec_pubkey_create', 'secp256k1_ec_pubkey_serialize'],
    'secp256k1AddressOf',
  ],
  public: [
    ...['secp256k1_ec_seckey_verify', 'secp256k1_ec_pubkey_create', 'secp256k1_ec_pubkey_serialize'],
    'secp256k1PublicKeyOf',
  ],
  // Whether the bytes are a key, and whether a sum on the way is infinity: with a chance of 2^-127.
  shared: ['secp256k1_ecdh', 'secp256k1_gej_double_var', 'secp256k1SharedSecret'],
  encrypt: [],
  // Whether the tag is right.
  decrypt: ['aeadDecrypt', 'aead'],
  blind: ['secp256k1_ecmult_gen_blind'],
};

/** Below these everything is public. */
const publicBelow = ['secp256k1_ec_pubkey_serialize'];

/** The functions of each report of memcheck, the innermost first. */
function reports(program: string, what: string): string[][] {
  const { stdout, stderr, status, error } = spawnSync('valgrind', ['-q', '--error-limit=no', program, what], {
    encoding: 'utf8',
  });
  if (error) throw new ToolMissing('valgrind is not installed. Debian and Ubuntu: sudo apt install valgrind');
  if (status !== 0 || !/ 1$|^[0-9a-f]+ \d$/m.test(stdout)) throw new Error(`${what}: ${status} ${stderr}`);
  return stderr
    .split(/^==\d+== (?=Conditional|Use of|Invalid|Syscall)/m)
    .slice(1)
    .map(text => [...text.matchAll(/(?:at|by) 0x[0-9A-F]+: (\w+)/g)].map(([, name]) => name));
}

async function buildSecrets(narrow: boolean): Promise<string> {
  const flags = [...flagsOf[narrow ? 'narrow' : 'release'], '-g'];
  try {
    return await buildProgram(`secrets${narrow ? '-narrow' : ''}`, {
      main: join(nativeFolder, 'secrets.c'),
      flags,
    });
  } catch (error) {
    if (!/valgrind\/memcheck\.h/.test(`${error}`)) throw error;
    throw new ToolMissing('valgrind and its headers are not installed: sudo apt install valgrind');
  }
}

for (const narrow of [false, true]) {
  nativeTest(
    `no branch and no address depends on the private key${narrow ? ', in 32-bit arithmetic' : ''}`,
    async t => {
      const program = await buildSecrets(narrow);
      t.true(reports(program, 'branch').length > 0, 'the check sees nothing');
      for (const [what, allowed] of Object.entries(harmless)) {
        const seen = reports(program, what);
        t.is(seen.length > 0, allowed.length > 0, `${what}: valgrind followed nothing, or too much`);
        for (const functions of seen) {
          // The innermost of libsecp256k1 may be a helper of blinding's own, which takes the seed and no key.
          const inner = what === 'blind' ? functions : functions.slice(0, 1);
          const fine =
            inner.some(name => allowed.includes(name)) || functions.some(name => publicBelow.includes(name));
          t.true(fine, `${what}: ${functions.join(' ← ')}`);
        }
      }
    },
  );
}
