/** Expressions that firmware may not use, although they compile: found in the syntax tree, with the line. */
import ts from 'typescript';

/** Absent on a bare XS machine, or a way around the checks. */
export const forbiddenGlobals: ReadonlySet<string> = new Set([
  ...['Buffer', 'process', 'require', 'module', 'global', 'globalThis', '__dirname', '__filename'],
  ...['console', 'crypto', 'performance', 'TextEncoder', 'TextDecoder', 'URL', 'URLSearchParams'],
  ...['setTimeout', 'setInterval', 'setImmediate', 'clearTimeout', 'clearInterval', 'queueMicrotask'],
  ...[
    'fetch',
    'structuredClone',
    'AbortController',
    'AbortSignal',
    'Blob',
    'WebSocket',
    'EventTarget',
    'Event',
  ],
  ...['atob', 'btoa', 'navigator', 'window', 'self', 'document', 'eval', 'Function', 'WebAssembly'],
  ...['Intl', 'SharedArrayBuffer', 'Atomics', 'WeakRef', 'FinalizationRegistry'],
]);

export interface Finding {
  line: number;
  what: string;
}

const isTypeOnly = (node: ts.Node): boolean =>
  ts.isTypeNode(node) || ts.isInterfaceDeclaration(node) || ts.isTypeAliasDeclaration(node);

/** True when this identifier reads a variable, rather than naming a property, a type or a declaration. */
function isReference(node: ts.Identifier): boolean {
  const { parent } = node;
  if (ts.isPropertyAccessExpression(parent)) return parent.expression === node;
  if (ts.isPropertyAssignment(parent)) return parent.initializer === node;
  if (ts.isVariableDeclaration(parent) || ts.isParameter(parent)) return parent.initializer === node;
  if (ts.isBindingElement(parent)) return parent.initializer === node;
  if (ts.isPropertyDeclaration(parent)) return parent.initializer === node;
  if (ts.isEnumMember(parent)) return parent.initializer === node;
  const named =
    ts.isMethodDeclaration(parent) ||
    ts.isAccessor(parent) ||
    ts.isFunctionDeclaration(parent) ||
    ts.isClassDeclaration(parent) ||
    ts.isModuleDeclaration(parent) ||
    ts.isImportSpecifier(parent) ||
    ts.isExportSpecifier(parent) ||
    ts.isImportClause(parent) ||
    ts.isNamespaceImport(parent) ||
    ts.isLabeledStatement(parent) ||
    ts.isBreakOrContinueStatement(parent) ||
    ts.isMetaProperty(parent);
  return !named;
}

/** Names that the file itself binds somewhere; what is merely `declare`d is not bound. */
function boundNames(file: ts.SourceFile): Set<string> {
  const names = new Set<string>();
  const visit = (node: ts.Node): void => {
    if (isTypeOnly(node)) return;
    const ambient =
      ts.canHaveModifiers(node) && ts.getModifiers(node)?.some(m => m.kind === ts.SyntaxKind.DeclareKeyword);
    if (ambient) return;
    const declared =
      ts.isVariableDeclaration(node) ||
      ts.isParameter(node) ||
      ts.isBindingElement(node) ||
      ts.isFunctionDeclaration(node) ||
      ts.isClassDeclaration(node) ||
      ts.isImportSpecifier(node) ||
      ts.isImportClause(node) ||
      ts.isNamespaceImport(node);
    if (declared && node.name && ts.isIdentifier(node.name)) names.add(node.name.text);
    ts.forEachChild(node, visit);
  };
  visit(file);
  return names;
}

const extendsError = (node: ts.Node | undefined): boolean =>
  node !== undefined &&
  ts.isClassLike(node) &&
  (node.heritageClauses ?? []).some(clause =>
    clause.types.some(type => /Error$/.test(type.expression.getText())),
  );

const enclosingClass = (node: ts.Node): ts.Node | undefined => ts.findAncestor(node, ts.isClassLike);

const hasKeyword = (node: ts.Node, kind: ts.SyntaxKind): boolean =>
  ts.canHaveModifiers(node) && (ts.getModifiers(node) ?? []).some(modifier => modifier.kind === kind);

/** `static x = new Self()` beside instance fields: XS 13.3 throws on it. */
export function selfMadeStatic(node: ts.ClassLikeDeclaration): boolean {
  const fields = node.members.filter(ts.isPropertyDeclaration);
  const isStatic = (field: ts.PropertyDeclaration) => hasKeyword(field, ts.SyntaxKind.StaticKeyword);
  const makesSelf = (field: ts.PropertyDeclaration) =>
    field.initializer !== undefined &&
    ts.isNewExpression(field.initializer) &&
    field.initializer.expression.getText() === node.name?.text;
  return fields.some(field => isStatic(field) && makesSelf(field)) && fields.some(field => !isStatic(field));
}

/**
 * A member that has no place before it is first set: members are assigned in what is built for XS, and not defined, so
 * that its slot would be taken in the middle of the work. One that is readonly, or that the constructor sets, has one.
 */
function beginsWithoutPlace(node: ts.PropertyDeclaration): boolean {
  const { exclamationToken, initializer, name, questionToken, type } = node;
  if (initializer || hasKeyword(node, ts.SyntaxKind.DeclareKeyword)) return false;
  if (hasKeyword(node, ts.SyntaxKind.ReadonlyKeyword)) return false;
  const mayLack = questionToken ?? exclamationToken ?? (type && /\bundefined$/.test(type.getText()));
  const maker = (node.parent as ts.ClassLikeDeclaration).members.find(ts.isConstructorDeclaration);
  return Boolean(mayLack) && !maker?.body?.getText().includes(`this.${name.getText()} =`);
}

/** Why XS cannot run or preload this node, or undefined. */
function fault(node: ts.Node, bound: ReadonlySet<string>): string | undefined {
  if (
    ts.isIdentifier(node) &&
    forbiddenGlobals.has(node.text) &&
    isReference(node) &&
    !bound.has(node.text)
  ) {
    return `the global ${node.text}`;
  }
  if (ts.isClassStaticBlockDeclaration(node)) return 'a class static block';
  if (ts.isPropertyDeclaration(node) && beginsWithoutPlace(node))
    return 'a member that begins without a value';
  if (ts.isClassLike(node) && selfMadeStatic(node)) return 'a static instance of a class with fields';
  if (ts.isVariableDeclarationList(node)) {
    if (node.flags & ts.NodeFlags.Using) return 'using';
    const statement = node.parent;
    const atTop = ts.isVariableStatement(statement) && ts.isSourceFile(statement.parent);
    const ambient = hasKeyword(statement, ts.SyntaxKind.DeclareKeyword);
    if (atTop && !ambient && !(node.flags & ts.NodeFlags.Const)) return 'a variable that lives in the module';
  }
  if (ts.isNewExpression(node) && /^(Weak)?(Map|Set)$/.test(node.expression.getText())) {
    const inFunction = ts.findAncestor(
      node,
      ancestor => ts.isFunctionLike(ancestor) || ts.isClassLike(ancestor),
    );
    const filled = node.arguments !== undefined && node.arguments.length > 0;
    if (!inFunction && !filled) return 'an empty collection that lives in the module';
  }
  if (ts.isBinaryExpression(node) && node.operatorToken.kind === ts.SyntaxKind.EqualsToken) {
    if (node.left.getText() === 'this.name' && extendsError(enclosingClass(node)))
      return 'this.name of an Error set';
  }
  if (ts.isAwaitExpression(node) && !ts.findAncestor(node, ts.isFunctionLike)) return 'await in a module';
  return undefined;
}

/** Everything that XS could not run or preload. */
export function findingsIn(path: string, text: string): Finding[] {
  const file = ts.createSourceFile(path, text, ts.ScriptTarget.Latest, true);
  const bound = boundNames(file);
  const findings: Finding[] = [];
  const visit = (node: ts.Node): void => {
    if (isTypeOnly(node)) return;
    const what = fault(node, bound);
    if (what) findings.push({ line: file.getLineAndCharacterOfPosition(node.getStart()).line + 1, what });
    ts.forEachChild(node, visit);
  };
  visit(file);
  return findings;
}
