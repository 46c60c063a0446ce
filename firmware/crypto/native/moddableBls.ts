/** The functions of xsBls.c as the Moddable SDK binds them. */
import type { NativeBls } from './nativeBls.js';

declare function native(name: string): (...values: never[]) => never;

/** For `nativeBls`. */
export const nativeBlsFunctions: NativeBls = {
  blsBegin: native('xs_blsBegin'),
  blsSubtract: native('xs_blsSubtract'),
  blsVerify: native('xs_blsVerify'),
};
