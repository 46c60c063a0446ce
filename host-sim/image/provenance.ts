/**
 * The statement of what an image was built from, and how: an in-toto statement with the predicate SLSA Provenance 1.0
 * (https://slsa.dev/spec/v1.0/provenance). It carries no signature of its own: the manifest names its SHA-256, and the
 * release keys signed the manifest's. Whoever doubts it builds the image again (`holdfast release verify`), which says
 * more than the name of a builder.
 */
import type { Inputs } from './inputs.js';
import { type Described, purlOf } from './sbom.js';

/** The commit that the author's folder was at. */
export interface Commit {
  /** 40 or 64 hex digits. */
  hash: string;
  /** True: files in the folder differed from the commit, or were not in it. */
  isChanged: boolean;
}

/** The names under which `release verify` finds what it needs to build again. */
export interface BuildParameters {
  name: string;
  version: number;
  hardware: string;
  hardwareName?: string;
  target: string;
}

/** JSON. */
export function provenanceOf(
  image: Described,
  inputs: Inputs,
  parameters: BuildParameters,
  compilers: object,
  commit: Commit | undefined,
): string {
  return JSON.stringify({
    _type: 'https://in-toto.io/Statement/v1',
    subject: [{ name: image.name, digest: { sha256: image.sha256 } }],
    predicateType: 'https://slsa.dev/provenance/v1',
    predicate: {
      buildDefinition: {
        buildType: 'urn:holdfast:image:1',
        externalParameters: parameters,
        internalParameters: { compilers, source: inputs.source },
        resolvedDependencies: [
          ...(commit
            ? [
                {
                  name: 'app',
                  digest: { gitCommit: commit.hash },
                  annotations: { isChanged: commit.isChanged },
                },
              ]
            : []),
          ...inputs.own.map(({ name, sha256 }) => ({ name, digest: { sha256 } })),
          ...inputs.packages.map(each => ({
            name: each.name,
            uri: purlOf(each),
            digest: { sha256: each.sha256 },
          })),
        ],
      },
      runDetails: { builder: { id: 'urn:holdfast:builder:author' } },
    },
  });
}
