/**
 * The exports of a package that need no regular expression of its top level. The SDK 8.2.3 corrupts memory where one of a
 * preloaded module is used, and its compiler does not know all of them; what needs one is therefore not there on a chip,
 * and an app that asks for it is told so as its image is linked.
 */
import ts from 'typescript';

/** Those of `names` that do not lead to such an expression, in the text of a package that is one ES module. */
export function withoutPatterns(text: string, names: readonly string[]): string[] {
  const source = ts.createSourceFile('package.mjs', text, ts.ScriptTarget.Latest, true, ts.ScriptKind.JS);
  const uses = new Map<string, Set<string>>();
  const reached = new Set<string>();
  for (const statement of source.statements) {
    for (const [name, node] of declared(statement)) {
      const { hasPattern, identifiers } = contentsOf(node);
      uses.set(name, identifiers);
      if (hasPattern && !ts.isFunctionLike(node)) reached.add(name);
    }
  }
  for (let before = -1; before !== reached.size; ) {
    before = reached.size;
    for (const [name, identifiers] of uses) {
      if ([...identifiers].some(used => reached.has(used))) reached.add(name);
    }
  }
  return names.filter(name => !reached.has(name));
}

function declared(statement: ts.Statement): [string, ts.Node][] {
  if (ts.isFunctionDeclaration(statement) && statement.name) return [[statement.name.text, statement]];
  if (ts.isClassDeclaration(statement) && statement.name) return [[statement.name.text, statement]];
  if (!ts.isVariableStatement(statement)) return [];
  return statement.declarationList.declarations.flatMap(({ initializer, name }) =>
    initializer && ts.isIdentifier(name) ? [[name.text, initializer] as [string, ts.Node]] : [],
  );
}

function contentsOf(root: ts.Node): { hasPattern: boolean; identifiers: Set<string> } {
  const identifiers = new Set<string>();
  let hasPattern = false;
  const visit = (node: ts.Node): void => {
    if (ts.isIdentifier(node)) identifiers.add(node.text);
    hasPattern ||= ts.isRegularExpressionLiteral(node);
    ts.forEachChild(node, visit);
  };
  visit(root);
  return { hasPattern, identifiers };
}
