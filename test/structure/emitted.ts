/** Parts that a script for XS 13.3 may not contain: syntax and methods that came after it. */
import ts from 'typescript';
import { type Finding, selfMadeStatic } from './language.js';

/** Methods and properties that XS 13.3 lacks, but for names that packages have for their own; it is asked in a test. */
export const absentInXs: ReadonlySet<string> = new Set([
  ...['toReversed', 'toSorted', 'toSpliced', 'isWellFormed', 'toWellFormed', 'unicodeSets'],
  ...['groupBy', 'withResolvers', 'fromAsync', 'fromBase64', 'setFromHex', 'toBase64'],
  ...['isSubsetOf', 'isSupersetOf', 'isDisjointFrom', 'symmetricDifference', 'isRawJSON', 'rawJSON'],
]);

function fault(node: ts.Node): string | undefined {
  if (ts.isClassStaticBlockDeclaration(node)) return 'a class static block';
  if (ts.isClassLike(node) && selfMadeStatic(node)) return 'a static instance of a class with fields';
  if (ts.isVariableDeclarationList(node) && node.flags & ts.NodeFlags.Using) return 'using';
  if (ts.isAwaitExpression(node) && !ts.findAncestor(node, ts.isFunctionLike)) return 'await in a script';
  if (ts.isImportDeclaration(node) || ts.isExportDeclaration(node)) return 'a module';
  if (ts.isCallExpression(node) && node.expression.kind === ts.SyntaxKind.ImportKeyword) return 'import()';
  if (ts.isDecorator(node)) return 'a decorator';
  if (ts.isRegularExpressionLiteral(node)) {
    const [, pattern, flags] = /^\/([\s\S]*)\/(\w*)$/.exec(node.text)!;
    if (/[^dgimsuy]/.test(flags)) return `a regular expression with the flags ${flags}`;
    if (/\(\?[ims-]+:/.test(pattern)) return 'a regular expression that changes its flags';
  }
  if (ts.isPropertyAccessExpression(node) && absentInXs.has(node.name.text)) return node.name.text;
  return undefined;
}

export function newerThanXs(text: string): Finding[] {
  const file = ts.createSourceFile('script.js', text, ts.ScriptTarget.Latest, true, ts.ScriptKind.JS);
  const findings: Finding[] = [];
  const visit = (node: ts.Node): void => {
    const what = fault(node);
    if (what) findings.push({ line: file.getLineAndCharacterOfPosition(node.getStart()).line + 1, what });
    ts.forEachChild(node, visit);
  };
  visit(file);
  return findings;
}
