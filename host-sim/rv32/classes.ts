import type { Plugin } from 'esbuild';

/**
 * What esbuild leaves as it is for XS: fields and private members of classes. Made older, every private member would
 * be a WeakMap of the module, which three slots of heap a field would go into, and which a machine in flash cannot
 * hold at all. (What XS 13.3 fails on is `static x = new Self()` beside fields; no code of ours has it.)
 */
export const nativeClasses: Record<string, boolean> = Object.fromEntries(
  [
    ...['class-field', 'class-static-field', 'class-private-brand-check'],
    ...['class-private-field', 'class-private-method', 'class-private-accessor'],
    ...['class-private-static-field', 'class-private-static-method', 'class-private-static-accessor'],
  ].map(feature => [feature, true]),
);

export const keepClasses: Plugin = {
  name: 'keep-classes',
  setup(build) {
    build.initialOptions.supported = { ...build.initialOptions.supported, ...nativeClasses };
  },
};
