/**
 * Variables of a bundle that nobody sets again, as constants. A bundler makes `var` of the `const` of a module; on XS
 * each variable in flash that may change has a place in RAM for what it may change to, a constant has none.
 */
import ts from 'typescript';

/** A name where it stands → what it means there. */
export type Names = (name: ts.Node) => ts.Symbol | undefined;

/** A replacement of text: from, to, by. */
export type Edit = readonly [number, number, string];

/** Names that are set after they were declared. */
export function assignedNames(source: ts.SourceFile, names: Names): Set<ts.Symbol> {
  const assigned = new Set<ts.Symbol>();
  const add = (node: ts.Node): void => {
    const meaning = ts.isIdentifier(node) ? names(node) : undefined;
    if (meaning) assigned.add(meaning);
    ts.forEachChild(node, add);
  };
  const visit = (node: ts.Node): void => {
    if (ts.isPrefixUnaryExpression(node) || ts.isPostfixUnaryExpression(node)) {
      if (ts.isIdentifier(node.operand)) add(node.operand);
    }
    if (ts.isBinaryExpression(node) && isAssignment(node.operatorToken.kind)) {
      if (!ts.isPropertyAccessExpression(node.left)) add(node.left);
    }
    if (ts.isForInStatement(node) || ts.isForOfStatement(node)) {
      if (!ts.isVariableDeclarationList(node.initializer)) add(node.initializer);
    }
    ts.forEachChild(node, visit);
  };
  visit(source);
  return assigned;
}

const isAssignment = (kind: ts.SyntaxKind): boolean =>
  kind >= ts.SyntaxKind.FirstAssignment && kind <= ts.SyntaxKind.LastAssignment;

/**
 * The edits that make constants of what a statement of the outermost list declares by `var`. What is used before it is
 * declared fails then where it was undefined, as it does in the module that it came from: at load, or never.
 */
export function constantsOf(node: ts.Statement, names: Names, assigned: ReadonlySet<ts.Symbol>): Edit[] {
  if (!ts.isVariableStatement(node) || (node.declarationList.flags & ts.NodeFlags.BlockScoped) !== 0)
    return [];
  if (node.modifiers?.length) return [];
  const { declarations } = node.declarationList;
  const keywords = declarations.map(each => (isConstant(each, names, assigned) ? 'const' : 'var'));
  return declarations.flatMap((declaration, i): Edit[] => {
    if (keywords[i] === (keywords[i - 1] ?? 'var')) return [];
    const from = i === 0 ? node.declarationList.getStart() : declarations[i - 1].getEnd();
    return [[from, declaration.getStart(), `${i === 0 ? '' : ';'}${keywords[i]} `]];
  });
}

function isConstant(
  { initializer, name }: ts.VariableDeclaration,
  names: Names,
  assigned: ReadonlySet<ts.Symbol>,
): boolean {
  const meaning = ts.isIdentifier(name) ? names(name) : undefined;
  return !!initializer && !!meaning && meaning.declarations?.length === 1 && !assigned.has(meaning);
}

/** True for the list of statements in which a bundle has the variables of its modules, and which nobody else sees. */
export function isOutermost(list: ts.SourceFile | ts.Block): boolean {
  if (ts.isSourceFile(list)) return ts.isExternalModule(list);
  const made = list.parent;
  if (!ts.isArrowFunction(made) && !ts.isFunctionExpression(made)) return false;
  const called = ts.isParenthesizedExpression(made.parent) ? made.parent : made;
  if (!ts.isCallExpression(called.parent) || called.parent.expression !== called) return false;
  const isFunction = (node: ts.Node): boolean => !ts.isSourceFile(node) && ts.isFunctionLike(node);
  let around: ts.Node = called.parent;
  while (!ts.isSourceFile(around) && !isFunction(around)) around = around.parent;
  return ts.isSourceFile(around);
}
