/** Docstrings: which public functions lack one, and which of them open with a question word. */
import ts from 'typescript';
import { lineOf, parse } from './functions.js';
import { importGraph } from './imports.js';
import type { Sources } from './sources.js';

/** The folder and, below it, the room of a file. */
export const roomOf = (path: string): string => path.split('/').slice(0, -1).slice(0, 2).join('/');

interface Declared {
  line: number;
  documented: boolean;
}

const isExported = (node: ts.Node): boolean =>
  ts.canHaveModifiers(node) &&
  (ts.getModifiers(node) ?? []).some(({ kind }) => kind === ts.SyntaxKind.ExportKeyword);

const isDocumented = (node: ts.Node): boolean => ts.getJSDocCommentsAndTags(node).some(ts.isJSDoc);

const isFunction = (node: ts.Node | undefined): boolean =>
  node !== undefined &&
  (ts.isArrowFunction(node) || ts.isFunctionExpression(node) || ts.isClassExpression(node));

/** The functions and classes that a file exports, and what it exports of other files: name → the name there. */
function exportsOf(path: string, text: string) {
  const file = parse(path, text);
  const declared = new Map<string, Declared>();
  /** Specifier → the names; `*` for all. */
  const passedOn: { specifier: string; name: string; as: string }[] = [];
  for (const node of file.statements) {
    if ((ts.isFunctionDeclaration(node) || ts.isClassDeclaration(node)) && isExported(node) && node.name) {
      const earlier = declared.get(node.name.text)?.documented ?? false;
      declared.set(node.name.text, { line: lineOf(file, node), documented: earlier || isDocumented(node) });
    }
    if (ts.isVariableStatement(node) && isExported(node)) {
      for (const one of node.declarationList.declarations) {
        if (!isFunction(one.initializer)) continue;
        declared.set(one.name.getText(file), { line: lineOf(file, one), documented: isDocumented(node) });
      }
    }
    if (ts.isExportDeclaration(node) && node.moduleSpecifier && ts.isStringLiteral(node.moduleSpecifier)) {
      const specifier = node.moduleSpecifier.text;
      if (!node.exportClause) passedOn.push({ specifier, name: '*', as: '*' });
      else if (ts.isNamedExports(node.exportClause)) {
        for (const { name, propertyName } of node.exportClause.elements) {
          passedOn.push({ specifier, name: (propertyName ?? name).text, as: name.text });
        }
      }
    }
  }
  return { declared, passedOn };
}

/** The names that a file takes from others: `*` where it takes the whole module. */
function takenBy(path: string, text: string): { specifier: string; name: string }[] {
  const file = parse(path, text);
  const taken: { specifier: string; name: string }[] = [];
  const visit = (node: ts.Node): void => {
    if (ts.isImportDeclaration(node) && ts.isStringLiteral(node.moduleSpecifier)) {
      const specifier = node.moduleSpecifier.text;
      const bindings = node.importClause?.namedBindings;
      if (bindings && ts.isNamespaceImport(bindings)) taken.push({ specifier, name: '*' });
      else if (bindings) {
        for (const { name, propertyName } of bindings.elements) {
          taken.push({ specifier, name: (propertyName ?? name).text });
        }
      }
    } else if (ts.isCallExpression(node) && node.expression.kind === ts.SyntaxKind.ImportKeyword) {
      const [argument] = node.arguments;
      if (argument && ts.isStringLiteral(argument)) taken.push({ specifier: argument.text, name: '*' });
    }
    ts.forEachChild(node, visit);
  };
  visit(file);
  return taken;
}

/** A public function without a docstring. */
export interface Undocumented {
  path: string;
  line: number;
  name: string;
}

/**
 * Public functions that lack a docstring: functions and classes that a file of another room imports. What only a test
 * imports is not public, and what is generated is not looked at.
 */
export function undocumented(sources: Sources): Undocumented[] {
  const files = new Map([...sources].map(([path, text]) => [path, exportsOf(path, text)]));
  const graph = importGraph(sources);
  const targetOf = (path: string, specifier: string): string | undefined =>
    graph.get(path)?.find(link => link.specifier === specifier)?.target;
  const used = new Map<string, Set<string>>();
  const use = (path: string, name: string): void => {
    const names = used.get(path) ?? new Set<string>();
    used.set(path, names);
    if (names.has(name)) return;
    names.add(name);
    for (const { specifier, name: there, as } of files.get(path)!.passedOn) {
      const target = targetOf(path, specifier);
      if (target !== undefined && (as === '*' || name === '*' || as === name)) {
        use(target, as === '*' ? name : there);
      }
    }
  };
  for (const [path, text] of sources) {
    if (path.startsWith('test/')) continue;
    for (const { specifier, name } of takenBy(path, text)) {
      const target = targetOf(path, specifier);
      if (target !== undefined && roomOf(target) !== roomOf(path)) use(target, name);
    }
  }
  return [...used].flatMap(([path, names]) =>
    path.startsWith('test/') || /\.generated\./.test(path)
      ? []
      : [...files.get(path)!.declared]
          .filter(([name, { documented }]) => !documented && (names.has('*') || names.has(name)))
          .map(([name, { line }]) => ({ path, line, name })),
  );
}

const questionWord = /\/\*\*[\s*]*(What|Who|Whoever|Where|How|Whether)\b/g;

/** Docstrings that open with a question word: the file, the line and the word. */
export function questionDocstrings(sources: Sources): { path: string; line: number; word: string }[] {
  return [...sources].flatMap(([path, text]) =>
    [...text.matchAll(questionWord)].map(match => ({
      path,
      line: text.slice(0, match.index).split('\n').length,
      word: match[1],
    })),
  );
}
