/** An image that was built again, beside what was published: the same, or what it was built from otherwise. */
import type { BuiltImage } from '../../host-sim/image/build.js';
import { sha256Of } from '../app/imageFiles.js';
import type { SomeDocument } from '../app/publishedDocument.js';

/** Something that went into an image, or made it. */
export interface Difference {
  /** A compiler, a package, or a file of the author's. */
  name: string;
  /** Version or SHA-256 of the published; undefined where it had none of it. */
  published?: string;
  built?: string;
}

type Dependency = { name?: unknown; uri?: unknown; digest?: { sha256?: unknown } };

/** Compilers, packages and files of a statement (host-sim/image/provenance.ts), by name; what has another form is left out. */
export function ingredients(provenance: string): Map<string, string> {
  const found = new Map<string, string>();
  const statement = parsed(provenance)?.predicate?.buildDefinition;
  const compilers: unknown = statement?.internalParameters?.compilers;
  if (typeof compilers === 'object' && compilers !== null)
    for (const [name, version] of Object.entries(compilers)) found.set(name, String(version).slice(0, 40));
  const parts: unknown = statement?.resolvedDependencies;
  for (const each of Array.isArray(parts) ? (parts as (Dependency | null)[]) : []) {
    const sha256 = each?.digest?.sha256;
    if (typeof each?.name !== 'string' || typeof sha256 !== 'string') continue;
    const version = typeof each.uri === 'string' ? `${each.uri.slice(each.uri.lastIndexOf('@') + 1)}, ` : '';
    found.set(each.name.slice(0, 200), `${version.slice(0, 40)}${sha256.slice(0, 64)}`);
  }
  return found;
}

interface Statement {
  predicate?: {
    buildDefinition?: { internalParameters?: { compilers?: unknown }; resolvedDependencies?: unknown };
  };
}

function parsed(text: string): Statement | undefined {
  try {
    return (JSON.parse(text) ?? undefined) as Statement | undefined;
  } catch {
    return undefined;
  }
}

/** The differences of two statements, by name. */
export function differences(published: string, built: string): Difference[] {
  const before = ingredients(published);
  const now = ingredients(built);
  const names = [...new Set([...before.keys(), ...now.keys()])].sort();
  return names
    .filter(name => before.get(name) !== now.get(name))
    .map(name => ({ name, published: before.get(name), built: now.get(name) }));
}

/** True when the list of parts that the document names is the one that this source has. */
export const hasSameParts = (document: SomeDocument, { sbom }: BuiltImage): boolean =>
  sbom !== undefined && document.sbom === sha256Of(Buffer.from(sbom));
