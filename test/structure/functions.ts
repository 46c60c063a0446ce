/** The functions of a file and how many lines they have, in TypeScript and in C. */
import { posix } from 'node:path';
import ts from 'typescript';

export interface FunctionLength {
  path: string;
  line: number;
  name: string;
  lines: number;
}

const kinds: Readonly<Record<string, ts.ScriptKind>> = { '.js': ts.ScriptKind.JS, '.mjs': ts.ScriptKind.JS };

export const parse = (path: string, text: string): ts.SourceFile =>
  ts.createSourceFile(path, text, ts.ScriptTarget.Latest, true, kinds[posix.extname(path)]);

/** The number of the line on which a node begins, from 1. */
export const lineOf = (file: ts.SourceFile, node: ts.Node): number =>
  file.getLineAndCharacterOfPosition(node.getStart(file)).line + 1;

/** A function's own name, or the name of what it is assigned to. */
function nameOf(node: ts.FunctionLikeDeclaration, file: ts.SourceFile): string {
  const { name, parent } = node;
  if (name) return name.getText(file);
  if (ts.isConstructorDeclaration(node)) return 'constructor';
  const named = ts.isVariableDeclaration(parent) || ts.isPropertyDeclaration(parent);
  return named || ts.isPropertyAssignment(parent) ? parent.name.getText(file) : '(without a name)';
}

function ofTypeScript(path: string, text: string): FunctionLength[] {
  const file = parse(path, text);
  const found: FunctionLength[] = [];
  const visit = (node: ts.Node): void => {
    if (ts.isFunctionLike(node) && 'body' in node && node.body) {
      const line = lineOf(file, node);
      const lines = file.getLineAndCharacterOfPosition(node.end).line + 2 - line;
      found.push({ path, line, name: nameOf(node as ts.FunctionLikeDeclaration, file), lines });
    }
    ts.forEachChild(node, visit);
  };
  visit(file);
  return found;
}

/** As our C is written: a function begins at the margin, and the brace that ends it stands there alone. */
function ofC(path: string, text: string): FunctionLength[] {
  const found: FunctionLength[] = [];
  let begun: { line: number; name: string } | undefined;
  text.split('\n').forEach((content, at) => {
    const head = /^[A-Za-z_][\w\s*]*?(\w+)\(/.exec(content);
    if (head && !content.endsWith(';')) begun = { line: at + 1, name: head[1] };
    else if (/^\S.*;$/.test(content)) begun = undefined;
    if (content !== '}' || !begun) return;
    found.push({ path, ...begun, lines: at + 2 - begun.line });
    begun = undefined;
  });
  return found;
}

/** Every function, method, accessor and arrow function that has a body, nested ones too. */
export const functionsOf = (path: string, text: string): FunctionLength[] =>
  /\.[ch]$/.test(path) ? ofC(path, text) : ofTypeScript(path, text);
