/**
 * The language that every script for a machine is made in, in the words of esbuild: ES2021, and of what came later
 * the fields and private members of classes, which XS 13.3 has. Made older, every private member would be a WeakMap
 * of the module, which three slots of heap a field would go into, and which a machine in flash cannot hold at all.
 * Public statics are made older, since XS 13.3 fails on `static x = new Self()` beside fields, which packages have.
 */
const classes = [
  ...['class-field', 'class-private-brand-check'],
  ...['class-private-field', 'class-private-method', 'class-private-accessor'],
  ...['class-private-static-field', 'class-private-static-method', 'class-private-static-accessor'],
];

export const language = {
  target: 'es2021',
  supported: Object.fromEntries(classes.map(feature => [feature, true])) as Record<string, boolean>,
  charset: 'ascii',
} as const;

/**
 * TypeScript as it is meant in what is made for machines, and not what a tsconfig.json near some file says. Members are
 * assigned and not defined, which is less code: none begins without a value (test/structure/language.ts).
 */
export const ownTypeScript = {
  tsconfigRaw: {
    compilerOptions: { target: 'ES2021', useDefineForClassFields: false, verbatimModuleSyntax: true },
  },
} as const;
