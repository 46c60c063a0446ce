/** The arrows between folders and rooms, as the READMEs have them, and a judge of single imports. */
import { builtinModules } from 'node:module';
import { posix } from 'node:path';
import ts from 'typescript';
import { quoted, readmeRows } from './readmeTable.js';

/** A folder or room, as a README's table has it. */
export interface Place {
  name: string;
  /** The rooms and folders that it may import, besides itself; a room of another folder as `folder/room`. */
  knows: readonly string[];
  /** The packages that it may import, where the table names those. */
  packages: readonly string[];
}

/** The arrows of the whole repository; in each table the uppermost place comes first. */
export interface Arrows {
  folders: readonly Place[];
  firmware: readonly Place[];
  hostSim: readonly Place[];
  /** Rooms of tools/, each with the rooms of host-sim/ that it may import besides host-sim/node. */
  tools: readonly Place[];
}

const mayImport = 'may import';
const ofHostSim = 'of `host-sim/`, besides `node`';

const nameOf = (cell: string): string =>
  (quoted(cell)[0] ?? /\[([^\]]+)\]/.exec(cell)?.[1] ?? cell).replace(/\/$/, '');

/** Rooms of firmware/ that every room above them may import. */
const ofEveryRoom = ['bytes', 'port'];

/** Rooms of a table, the uppermost first. Names in the last column that are not rooms of the table are packages. */
function roomsOf(readme: string, ofAll: readonly string[]): Place[] {
  const rows = readmeRows(readme, ['room', mayImport]);
  const names = rows.map(row => nameOf(row.room));
  return rows.map((row, at) => {
    const named = quoted(row[mayImport]);
    return {
      name: names[at],
      knows: [
        ...named.filter(name => names.includes(name)),
        ...ofAll.filter(room => names.indexOf(room) > at),
      ],
      packages: named.filter(name => !names.includes(name)),
    };
  });
}

/** The arrows as the READMEs write them: each stands in one table, and nowhere else. */
export function readArrows(): Arrows {
  const hostSim = roomsOf('host-sim/README.md', []);
  const every = hostSim.map(({ name }) => name);
  return {
    // The map begins with the lowest.
    folders: readmeRows('README.md', ['folder', mayImport])
      .map(row => ({ name: nameOf(row.folder), knows: quoted(row[mayImport]), packages: [] }))
      .reverse(),
    firmware: roomsOf('firmware/README.md', ofEveryRoom),
    hostSim,
    tools: readmeRows('tools/README.md', ['room', ofHostSim]).map(row => ({
      name: nameOf(row.room),
      knows: row[ofHostSim] === 'every room' ? every : quoted(row[ofHostSim]),
      packages: [],
    })),
  };
}

/** The arrows of a table that lead up in it, or to a place that it does not have: `name → other`. */
export function upward(table: readonly Place[]): string[] {
  const names = table.map(({ name }) => name);
  return table.flatMap(({ name, knows }, at) =>
    knows.filter(known => names.indexOf(known.split('/')[0]) <= at).map(known => `${name} → ${known}`),
  );
}

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

const placeOf = (table: readonly Place[], name: string): Place | undefined =>
  table.find(place => place.name === name);

function complaintOnRoom(table: readonly Place[], room: string, target: string): string | undefined {
  const place = placeOf(table, room);
  if (!place) return `no such room in the table: ${room}`;
  return place.knows.includes(target) ? undefined : `${room} does not know ${target}`;
}

/** The rooms between two files of ours, by their paths from the root. */
function complaintOnOurs(path: string, target: string, arrows: Arrows): string | undefined {
  const [folder, room] = path.split('/');
  const [targetFolder, targetRoom] = target.split('/');
  if (target.startsWith('../')) return 'leaves the repository';
  // What a bundle of tests puts in a package's place reaches the package itself by its path.
  if (folder === 'test' && targetFolder === 'node_modules') return undefined;
  if (targetFolder !== folder) {
    const known = placeOf(arrows.folders, folder)?.knows ?? [];
    if (!known.includes(targetFolder) && !known.includes(`${targetFolder}/${targetRoom}`)) {
      return `${folder} does not know ${targetFolder}/${targetRoom}`;
    }
    if (folder !== 'tools' || targetFolder !== 'host-sim' || targetRoom === 'node') return undefined;
    const simulated = placeOf(arrows.tools, room)?.knows.includes(targetRoom);
    return simulated ? undefined : `tools/${room} does not know host-sim/${targetRoom}`;
  }
  if (targetRoom === room) return undefined;
  if (folder === 'firmware') return complaintOnRoom(arrows.firmware, room, targetRoom);
  if (folder === 'host-sim') return complaintOnRoom(arrows.hostSim, room, targetRoom);
  return undefined;
}

/** Code of authors, which lies here to be given to them: it has what they install, and Node where it is no firmware. */
const ofAuthors = /^tools\/package\/(examples|templates)\//;

function complaintOnAuthors(path: string, specifier: string): string | undefined {
  if (specifier.startsWith('.')) {
    const folder = posix.dirname(path);
    const inside = posix.join(folder, specifier).startsWith(`${folder}/`);
    return inside ? undefined : 'an author does not have what lies beside';
  }
  const known = ['holdfast', 'valibot'].includes(packageOf(specifier)) || specifier.startsWith('node:');
  return known ? undefined : `an author does not have ${specifier}`;
}

/**
 * Why `path` may not import `specifier`, or undefined. `shipped` are the packages that a user of the project
 * installs.
 */
export function complaint(
  path: string,
  specifier: string,
  shipped: ReadonlySet<string>,
  arrows: Arrows,
): string | undefined {
  const [folder, room] = path.split('/');
  if (ofAuthors.test(path)) return complaintOnAuthors(path, specifier);
  if (specifier.startsWith('.')) {
    return complaintOnOurs(path, posix.join(posix.dirname(path), specifier), arrows);
  }
  const name = packageOf(specifier);
  const ofNode = specifier.startsWith('node:') || builtinModules.includes(specifier);
  if (folder === 'firmware') {
    if (placeOf(arrows.firmware, room)?.packages.includes(name)) return undefined;
    return ofNode ? 'firmware runs without Node' : `${room} does not know the package ${name}`;
  }
  if (folder === 'test' || ofNode || shipped.has(name)) return undefined;
  if (path.startsWith('host-sim/moddable/') && ofTheSdk.includes(name)) return undefined;
  return `${name} is not a dependency of those who install the project`;
}
