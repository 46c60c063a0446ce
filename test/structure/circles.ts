/** Circles of imports: of files, and of the folders in which they lie. */
import { posix } from 'node:path';
import type { Link } from './imports.js';

type Graph = ReadonlyMap<string, readonly Link[]>;

/** A circle: members that each reach all others, and the imports between them, with file and line. */
export interface Circle {
  members: readonly string[];
  imports: readonly string[];
}

/** Groups of nodes that reach each other, of two members or more (Tarjan 1972). */
function stronglyConnected(edges: ReadonlyMap<string, ReadonlySet<string>>): string[][] {
  const index = new Map<string, number>();
  const low = new Map<string, number>();
  const stack: string[] = [];
  const onStack = new Set<string>();
  const groups: string[][] = [];
  const visit = (node: string): void => {
    index.set(node, index.size);
    low.set(node, index.get(node)!);
    stack.push(node);
    onStack.add(node);
    for (const next of edges.get(node) ?? []) {
      if (!index.has(next)) {
        visit(next);
        low.set(node, Math.min(low.get(node)!, low.get(next)!));
      } else if (onStack.has(next)) low.set(node, Math.min(low.get(node)!, index.get(next)!));
    }
    if (low.get(node) !== index.get(node)) return;
    const group = stack.splice(stack.indexOf(node));
    for (const member of group) onStack.delete(member);
    if (group.length > 1) groups.push(group.sort());
  };
  for (const node of edges.keys()) if (!index.has(node)) visit(node);
  return groups;
}

function circlesOf(graph: Graph, nodeOf: (path: string) => string): Circle[] {
  const edges = new Map<string, Set<string>>();
  for (const [path, links] of graph) {
    const node = nodeOf(path);
    if (!edges.has(node)) edges.set(node, new Set());
    for (const { target } of links) if (nodeOf(target) !== node) edges.get(node)!.add(nodeOf(target));
  }
  return stronglyConnected(edges).map(members => ({
    members,
    imports: [...graph].flatMap(([path, links]) =>
      links
        .filter(
          ({ target }) =>
            nodeOf(path) !== nodeOf(target) &&
            members.includes(nodeOf(path)) &&
            members.includes(nodeOf(target)),
        )
        .map(({ target, line }) => `${path}:${line} imports ${target}`),
    ),
  }));
}

export const circlesOfFiles = (graph: Graph): Circle[] => circlesOf(graph, path => path);

export const circlesOfFolders = (graph: Graph): Circle[] => circlesOf(graph, posix.dirname);
