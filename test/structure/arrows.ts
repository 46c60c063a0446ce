/** Who may import whom: the arrows of the design as a table, and a judge of single imports. */
import { builtinModules } from 'node:module';
import { posix } from 'node:path';
import ts from 'typescript';

/** A folder at the root → the folders that it may import from, besides itself. */
export const folders: Readonly<Record<string, readonly string[]>> = {
  firmware: [],
  contracts: ['firmware'],
  'host-sim': ['firmware', 'contracts'],
  tools: ['firmware', 'contracts', 'host-sim'],
  test: ['firmware', 'contracts', 'host-sim', 'tools'],
};

interface Room {
  rooms: readonly string[];
  packages?: readonly string[];
}

const facts = ['port', 'bytes', 'crypto', 'proof', 'contract', 'store'];

/**
 * A room of `firmware/` → the rooms and packages that it may import, besides itself. Bytes, proofs, crypto and the
 * store at the bottom, then trust, then commands and updates, then the device; what a room may know stands here.
 */
export const rooms: Readonly<Record<string, Room>> = {
  port: { rooms: [] },
  bytes: { rooms: [], packages: ['rlp'] },
  store: { rooms: ['port', 'bytes'] },
  crypto: { rooms: ['port', 'bytes'], packages: ['@noble/hashes', '@noble/secp256k1'] },
  seal: { rooms: ['port', 'bytes', 'crypto'] },
  proof: { rooms: ['port', 'bytes', 'crypto'], packages: ['rlp'] },
  beacon: { rooms: ['port', 'bytes', 'crypto', 'proof'], packages: ['@noble/curves'] },
  serial: { rooms: ['port', 'bytes', 'store'] },
  contract: { rooms: ['port', 'bytes', 'crypto', 'proof'] },
  ledger: { rooms: facts },
  rpc: { rooms: ['port', 'bytes', 'proof'] },
  mqtt: { rooms: ['port', 'bytes'], packages: ['mqtt-packet', 'buffer'] },
  app: { rooms: ['port', 'bytes', 'proof'], packages: ['valibot', 'cborg'] },
  trust: { rooms: [...facts, 'rpc', 'beacon'], packages: ['valibot'] },
  command: { rooms: [...facts, 'rpc', 'seal', 'ledger', 'trust', 'app'], packages: ['valibot', 'cborg'] },
  update: { rooms: [...facts, 'rpc', 'ledger', 'trust', 'app'], packages: ['valibot'] },
  device: {
    rooms: [...facts, 'rpc', 'mqtt', 'seal', 'ledger', 'beacon', 'trust', 'command', 'update', 'app'],
    packages: ['valibot', 'cborg'],
  },
  // An app's main is where it meets the device.
  apps: { rooms: ['port', 'bytes', 'app', 'device'], packages: ['valibot'] },
  // A platform: its packages are modules of the Moddable SDK.
  esp32: {
    rooms: ['port', 'bytes', 'store', 'crypto', 'serial', 'rpc', 'mqtt', 'app', 'device', 'apps'],
    packages: [
      ...['Resource', 'embedded:io', 'embedded:network', 'embedded:storage'],
      ...['mc', 'modules', 'net', 'timer'],
    ],
  },
};

export interface Import {
  /** As written; undefined when it is not a literal. */
  specifier: string | undefined;
  line: number;
}

/** Every import, re-export, `import()`, `import type`, `require` and import type of a file. */
export function importsOf(path: string, text: string): Import[] {
  const file = ts.createSourceFile(path, text, ts.ScriptTarget.Latest, true);
  const found: Import[] = [];
  const add = (node: ts.Node, specifier: ts.Node | undefined) =>
    found.push({
      specifier: specifier && ts.isStringLiteralLike(specifier) ? specifier.text : undefined,
      line: file.getLineAndCharacterOfPosition(node.getStart()).line + 1,
    });
  const visit = (node: ts.Node): void => {
    if (ts.isImportDeclaration(node)) add(node, node.moduleSpecifier);
    else if (ts.isExportDeclaration(node) && node.moduleSpecifier) add(node, node.moduleSpecifier);
    else if (ts.isExternalModuleReference(node)) add(node, node.expression);
    else if (ts.isImportTypeNode(node)) {
      add(node, ts.isLiteralTypeNode(node.argument) ? node.argument.literal : undefined);
    } else if (ts.isCallExpression(node)) {
      const { expression } = node;
      const isRequire = ts.isIdentifier(expression) && expression.text === 'require';
      if (isRequire || expression.kind === ts.SyntaxKind.ImportKeyword) add(node, node.arguments[0]);
    }
    ts.forEachChild(node, visit);
  };
  visit(file);
  return found;
}

/** Modules of the Moddable SDK that its lin build of a board imports. */
const ofTheSdk: readonly string[] = ['embedded:io', 'modules', 'timer'];

const packageOf = (specifier: string): string =>
  specifier
    .split('/')
    .slice(0, specifier.startsWith('@') ? 2 : 1)
    .join('/');

/**
 * Why `path` may not import `specifier`, or undefined. `shipped` are the packages that a user of the project
 * installs.
 */
export function complaint(path: string, specifier: string, shipped: ReadonlySet<string>): string | undefined {
  const [folder, room] = path.split('/');
  if (specifier.startsWith('.')) {
    const target = posix.join(posix.dirname(path), specifier);
    const [targetFolder, targetRoom] = target.split('/');
    if (target.startsWith('../')) return 'leaves the repository';
    // What a bundle of tests puts in a package's place reaches the package itself by its path.
    if (folder === 'test' && targetFolder === 'node_modules') return undefined;
    if (targetFolder !== folder) {
      const known = folders[folder];
      return known?.includes(targetFolder) ? undefined : `${folder} does not know ${targetFolder}`;
    }
    if (folder !== 'firmware' || targetRoom === room) return undefined;
    if (!rooms[room]) return `no such room in the table: ${room}`;
    return rooms[room].rooms.includes(targetRoom) ? undefined : `${room} does not know ${targetRoom}`;
  }
  const name = packageOf(specifier);
  const ofNode = specifier.startsWith('node:') || builtinModules.includes(specifier);
  if (folder === 'firmware') {
    if (rooms[room]?.packages?.includes(name)) return undefined;
    return ofNode ? 'firmware runs without Node' : `${room} does not know the package ${name}`;
  }
  if (folder === 'test' || ofNode || shipped.has(name)) return undefined;
  if (path.startsWith('host-sim/moddable/') && ofTheSdk.includes(name)) return undefined;
  return `${name} is no dependency of those who install the project`;
}
