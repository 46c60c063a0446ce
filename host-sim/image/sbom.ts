/**
 * The software bill of materials of an image, as CycloneDX 1.6 (ECMA-424): every package of which files are in it, with
 * version, licence and a hash over those files. It has neither time nor serial number of its own, so that the same source
 * gives the same bytes, and the manifest names its SHA-256: https://cyclonedx.org/docs/1.6/json/
 */
import type { InputPackage, Inputs } from './inputs.js';

/** The image that it is of. */
export interface Described {
  name: string;
  version: number;
  /** 64 hex digits. */
  sha256: string;
}

/** Software in an image that is no npm package: the SDK and the system of a chip. */
export interface ForeignPart {
  name: string;
  version: string;
  /** https://github.com/package-url/purl-spec */
  purl: string;
}

/** JSON. */
export function sbomOf(
  { name, sha256, version }: Described,
  inputs: Inputs,
  compilers: object,
  foreign: readonly ForeignPart[] = [],
): string {
  const [framework, ...libraries] = inputs.packages;
  const image = `image:${sha256}`;
  const parts = inputs.packages.map(purlOf);
  return JSON.stringify({
    bomFormat: 'CycloneDX',
    specVersion: '1.6',
    version: 1,
    metadata: {
      component: {
        type: 'firmware',
        'bom-ref': image,
        name,
        version: `${version}`,
        hashes: [{ alg: 'SHA-256', content: sha256 }],
        properties: [{ name: 'holdfast:source', value: inputs.source }],
      },
      tools: {
        components: [
          { type: 'application', name: framework.name, version: framework.version },
          ...Object.entries(compilers).map(([tool, at]) => ({
            type: 'application',
            name: tool,
            version: at,
          })),
        ],
      },
    },
    components: [
      componentOf(framework, 'framework'),
      ...libraries.map(each => componentOf(each, 'library')),
      ...foreign.map(each => ({ type: 'platform', 'bom-ref': each.purl, ...each })),
    ],
    dependencies: [
      { ref: image, dependsOn: [...parts, ...foreign.map(({ purl }) => purl)] },
      { ref: parts[0], dependsOn: parts.slice(1) },
    ],
  });
}

/** https://github.com/package-url/purl-spec, type npm: the `@` of a scope is written %40. */
export const purlOf = ({ name, version }: InputPackage): string =>
  `pkg:npm/${name.replace(/^@/, '%40')}@${version}`;

/** Packages may say something else than an SPDX expression: `SEE LICENSE IN FILE`. */
const licenceOf = (text: string) =>
  /^\(?[\w.+-]+( (AND|OR|WITH) \(?[\w.+-]+\)?)*$/.test(text)
    ? { expression: text }
    : { license: { name: text } };

const componentOf = (one: InputPackage, type: 'framework' | 'library') => ({
  type,
  'bom-ref': purlOf(one),
  name: one.name,
  version: one.version,
  ...(one.license !== undefined && { licenses: [licenceOf(one.license)] }),
  purl: purlOf(one),
  // Not a hash of the package's archive, for which `hashes` is meant: only some of its files are in an image.
  properties: [{ name: 'holdfast:files:sha256', value: one.sha256 }],
});
