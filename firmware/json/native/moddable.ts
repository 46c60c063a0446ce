/** The functions of xsJson.c as the Moddable SDK binds them: `native` names a C function of the same build. */
import type { NativeJson } from './native.js';

declare function native(name: string): (...values: never[]) => never;

export const nativeJsonFunctions: NativeJson = {
  jsonBegin: native('xs_jsonBegin'),
  jsonPush: native('xs_jsonPush'),
  jsonEnd: native('xs_jsonEnd'),
};
