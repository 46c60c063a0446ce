/** The functions of xsCrypto.c as the Moddable SDK binds them: `native` names a C function of the same build. */
import type { NativeCrypto } from './native.js';

declare function native(name: string): (...values: never[]) => never;

/** For `nativeCrypto`. */
export const nativeFunctions: NativeCrypto = {
  keccak256: native('xs_keccak256'),
  isKeccak256: native('xs_isKeccak256'),
  sha256Begin: native('xs_sha256Begin'),
  sha256Update: native('xs_sha256Update'),
  sha256End: native('xs_sha256End'),
  recoverAddress: native('xs_recoverAddress'),
  sign: native('xs_sign'),
  addressOf: native('xs_addressOf'),
  publicKeyOf: native('xs_publicKeyOf'),
  sharedSecret: native('xs_sharedSecret'),
  encrypt: native('xs_encrypt'),
  decrypt: native('xs_decrypt'),
};
