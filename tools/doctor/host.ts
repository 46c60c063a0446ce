/** The name of an endpoint in output: no path, since providers put keys there. */
export function hostOf(endpoint: string): string {
  return /^[a-z]+:\/\/[^/?#]*/.exec(endpoint)?.[0] ?? 'the endpoint';
}
