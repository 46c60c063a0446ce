/**
 * The text of an app image, compiled in the realm of the image that verified it: as the body of one strict function, by
 * this side, so that no bracket in it ends that function early and nothing in it declares a global.
 */
import vm from 'node:vm';
import { APP_SLOT_BYTES } from '../../firmware/store/partitionSizes.js';
import { type HostCall, take } from './realmBytes.js';

/** Every app's text begins so. */
export const APP_TEXT_BEGINNING = '"use strict";';

/** The keyword before anything that could make it a call: there is no other way to load code. */
const dynamicImport = /\bimport(?=\s*[(./<-])/u;

/** The reason why this text is not a closed bundle, if it is not one. */
export function notClosed(source: string): string | undefined {
  const found = dynamicImport.exec(source);
  return found ? `it loads a module: ${source.slice(found.index, found.index + 40)}` : undefined;
}

const compile = (text: string, context: vm.Context): unknown =>
  vm.compileFunction(text, ['require'], { parsingContext: context, filename: 'app' });

/** The text of an app's body. @throws TypeError on what is no text */
const textOf = (body: unknown): string =>
  new TextDecoder('utf-8', { fatal: true }).decode(take(body, APP_SLOT_BYTES));

function refusalOf(body: unknown, context: vm.Context): string | true {
  try {
    const text = textOf(body);
    if (!text.startsWith(APP_TEXT_BEGINNING)) return 'the body of the app image is not a strict function';
    const open = notClosed(text);
    if (open) return `the app is not a closed bundle: ${open}`;
    compile(text, context);
    return true;
  } catch (error) {
    return `the body of the app image is no app: ${(error as Error).message}`;
  }
}

/** The host, with the calls of app images. The function that comes back is of the realm, and is not looked at here. */
export function withApps(host: HostCall, context: vm.Context): HostCall {
  return (name, a, b, c, d) => {
    if (name === 'app.refusal') return refusalOf(a, context);
    return name === 'app.compile' ? compile(textOf(a), context) : host(name, a, b, c, d);
  };
}
