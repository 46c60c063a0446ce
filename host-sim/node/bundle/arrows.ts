/**
 * Function declarations as arrow functions, in what is built for XS. There a declaration is a constructor and has a
 * `prototype` with its `constructor`: three slots that nothing uses, in flash for what is preloaded, and in RAM for
 * each function that is made while another runs.
 */
import ts from 'typescript';
import { assignedNames, constantsOf, type Edit, isOutermost, type Names } from './constants.js';

/**
 * The text with its declarations, and functions that are called where they stand, made arrow functions. A declaration
 * goes to the beginning of the list of statements in which it stood, since it is there before the first statement. Left as they are: generators and async functions, which are
 * no constructors; whatever uses `this`, `arguments` or `new.target`; and what is constructed, extended, assigned,
 * declared twice or asked for its prototype anywhere under its name. Variables of the outermost list that nobody sets
 * again are made constants (constants.ts).
 *
 * @param text JavaScript, a module or a script
 */
export function arrowsForFunctions(text: string): string {
  const { names, source } = read(text);
  const assigned = assignedNames(source, names);
  const kept = namesToKeep(source, names, assigned);
  const visit = (node: ts.Node, edits: Edit[] = []): string => {
    const find = (inner: ts.Node): void => {
      if (isList(inner)) edits.push([inner.getFullStart(), inner.getEnd(), listOf(inner)]);
      else if (isCalledInPlace(inner)) edits.push([inner.getStart(), inner.getEnd(), `(${arrowOf(inner)})`]);
      else ts.forEachChild(inner, find);
    };
    ts.forEachChild(node, find);
    return apply(text, node.getFullStart(), node.getEnd(), edits);
  };
  /** A list of statements with its functions first, after imports and directives. */
  const listOf = (list: ts.SourceFile | ts.Block): string => {
    const arrows: string[] = [];
    const edits: Edit[] = [];
    const first = list.statements.find(each => !ts.isImportDeclaration(each) && !isDirective(each));
    const top = first?.getFullStart() ?? list.getEnd();
    const isOutermostList = isOutermost(list);
    for (const statement of list.statements) {
      const isArrow = ts.isFunctionDeclaration(statement) && canBeArrow(statement, names, kept);
      if (isArrow) arrows.push(`const ${statement.name!.text} = ${arrowOf(statement)};`);
      const constants = isOutermostList ? constantsOf(statement, names, assigned) : [];
      edits.push([statement.getFullStart(), statement.getEnd(), isArrow ? '' : visit(statement, constants)]);
    }
    if (arrows.length > 0) edits.push([top, top, `\n${arrows.join('\n')}\n`]);
    return apply(text, list.getFullStart(), list.getEnd(), edits);
  };
  const arrowOf = ({ body, parameters }: ts.FunctionDeclaration | ts.FunctionExpression): string =>
    `(${parameters.map(parameter => visit(parameter)).join(',')}) => ${listOf(body!)}`;
  return listOf(source);
}

const isList = (node: ts.Node): node is ts.SourceFile | ts.Block => ts.isBlock(node) || ts.isSourceFile(node);

const isDirective = (node: ts.Node): boolean =>
  ts.isExpressionStatement(node) && ts.isStringLiteral(node.expression);

/** The text from a place to another, with what lies between replaced. */
function apply(text: string, from: number, to: number, edits: readonly Edit[]): string {
  let result = '';
  let at = from;
  // The sort is stable, so that what is put in at a place comes before what is replaced from there on.
  for (const [start, end, by] of [...edits].sort((one, two) => one[0] - two[0] || one[1] - two[1])) {
    result += text.slice(at, start) + by;
    at = end;
  }
  return result + text.slice(at, to);
}

/** The text as TypeScript reads it, without types. */
function read(text: string): { source: ts.SourceFile; names: Names } {
  const file = 'bundle.js';
  const source = ts.createSourceFile(file, text, ts.ScriptTarget.Latest, true, ts.ScriptKind.JS);
  const host: ts.CompilerHost = {
    getSourceFile: name => (name === file ? source : undefined),
    getDefaultLibFileName: () => '',
    writeFile: () => {},
    getCurrentDirectory: () => '',
    getCanonicalFileName: name => name,
    useCaseSensitiveFileNames: () => true,
    getNewLine: () => '\n',
    fileExists: name => name === file,
    readFile: () => undefined,
  };
  const options = { allowJs: true, noLib: true, noResolve: true, types: [], target: ts.ScriptTarget.Latest };
  const checker = ts.createProgram([file], options, host).getTypeChecker();
  return { source, names: name => checker.getSymbolAtLocation(name) };
}

function canBeArrow(node: ts.FunctionDeclaration, names: Names, kept: ReadonlySet<ts.Symbol>): boolean {
  const { asteriskToken, body, modifiers, name } = node;
  const meaning = name && names(name);
  if (!body || !meaning || asteriskToken || modifiers?.length) return false;
  return meaning.declarations?.length === 1 && !kept.has(meaning) && !usesItself(node);
}

/** A function without a name that is called where it stands, and is nowhere else. */
function isCalledInPlace(node: ts.Node): node is ts.FunctionExpression {
  if (!ts.isFunctionExpression(node) || node.name || node.asteriskToken || node.modifiers?.length)
    return false;
  const called = ts.isParenthesizedExpression(node.parent) ? node.parent : node;
  const { parent } = called;
  return ts.isCallExpression(parent) && parent.expression === called && !usesItself(node);
}

/** True where the function means its own `this`, `arguments` or `new.target`. */
function usesItself(root: ts.Node): boolean {
  const find = (node: ts.Node): boolean => {
    if (node.kind === ts.SyntaxKind.ThisKeyword || ts.isMetaProperty(node)) return true;
    if (ts.isIdentifier(node) && node.text === 'arguments') return true;
    if (ts.isFunctionDeclaration(node) || ts.isFunctionExpression(node)) return false;
    // The class that one extends, and the names of members, are still of the function around it.
    if (ts.isClassLike(node))
      return [...(node.heritageClauses ?? []), ...node.members.flatMap(({ name }) => name ?? [])].some(find);
    return anyChild(node, find);
  };
  return anyChild(root, find);
}

const anyChild = (node: ts.Node, holds: (child: ts.Node) => boolean): boolean =>
  ts.forEachChild(node, child => holds(child) || undefined) ?? false;

/** Names that are used as only the name of a constructor or of a variable is. */
function namesToKeep(
  source: ts.SourceFile,
  names: Names,
  assigned: ReadonlySet<ts.Symbol>,
): ReadonlySet<ts.Symbol> {
  const kept = new Set(assigned);
  const keep = (node: ts.Node): void => {
    const meaning = ts.isIdentifier(node) ? names(node) : undefined;
    if (meaning) kept.add(meaning);
    ts.forEachChild(node, keep);
  };
  const visit = (node: ts.Node): void => {
    if (ts.isNewExpression(node)) keep(node.expression);
    if (ts.isHeritageClause(node)) keep(node);
    if (ts.isPropertyAccessExpression(node) && node.name.text === 'prototype') keep(node.expression);
    if (ts.isBinaryExpression(node) && node.operatorToken.kind === ts.SyntaxKind.InstanceOfKeyword)
      keep(node.right);
    ts.forEachChild(node, visit);
  };
  visit(source);
  return kept;
}
