/**
 * The JSON port over C (jsonScan.c by way of xsJson.c). A platform passes in the functions; how they get into its
 * engine is its own affair.
 */
import type { Json } from '../../port/json.js';

/** The functions of xsJson.c. They throw on an argument that is no buffer of bytes, and on a place outside of it. */
export interface NativeJson {
  jsonBegin(): ArrayBuffer;
  jsonPush(state: ArrayBuffer, plan: Uint8Array, bytes: Uint8Array, from: number, kept: Uint8Array): number;
  jsonEnd(state: ArrayBuffer, kept: Uint8Array): number;
}

/** The JSON port over the functions of xsJson.c. */
export function nativeJson(native: NativeJson): Json {
  return {
    scanner(plan) {
      const state = native.jsonBegin();
      return {
        push: (bytes, from, kept) => native.jsonPush(state, plan, bytes, from, kept),
        end: kept => native.jsonEnd(state, kept),
      };
    },
  };
}
