/** The versions of SDK and ESP-IDF on this machine against those that this firmware is built with. */
import { type Check, ok, problem, skipped } from '../../doctor/check.js';
import { findIdf, findSdk, isLack, type Lack, triedSdk, versionsThatFit } from '../../moddable/sdk.js';

/** @param environment MODDABLE and IDF_PATH are read */
export function toolchainChecks(environment: Readonly<Record<string, string | undefined>>): Check[] {
  const sdk = findSdk(environment);
  const idf = findIdf(isLack(sdk) ? undefined : sdk.idf, environment);
  return [
    environment.MODDABLE === undefined ? unset('Moddable SDK', 'MODDABLE') : sdkCheck(sdk),
    environment.IDF_PATH === undefined
      ? unset('ESP-IDF', 'IDF_PATH')
      : isLack(idf)
        ? lacking('ESP-IDF', idf)
        : ok('ESP-IDF', `${idf.version} in ${idf.folder}`),
  ];
}

function sdkCheck(sdk: ReturnType<typeof findSdk>): Check {
  const title = 'Moddable SDK';
  if (isLack(sdk)) return lacking(title, sdk);
  const [tried, found] = [triedSdk, sdk.version].map(version => version.split('.').slice(0, 2).join('.'));
  return tried === found
    ? ok(title, `${sdk.version} in ${sdk.folder}`)
    : problem(
        title,
        `${sdk.version}, and this was tried with ${triedSdk}`,
        `check out the tag ${triedSdk} there: ${versionsThatFit}`,
      );
}

const unset = (title: string, variable: string): Check =>
  skipped(title, `${variable} is not set: images for chips are not built here`);

const lacking = (title: string, { remedy, why }: Lack): Check => problem(title, why, remedy[0]);
