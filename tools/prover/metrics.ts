/** Counters and gauges as Prometheus reads them (text format 0.0.4). */

type Labels = Readonly<Record<string, string>>;

interface Family {
  kind: 'counter' | 'gauge';
  help: string;
  values: Map<string, number>;
}

/** Label values come from a fixed set of nodes, kinds and outcomes; this only bounds a mistake. */
const SERIES_MAX = 1000;

const escaped = (text: string): string =>
  text.replace(/[\\"\n]/g, sign => (sign === '\n' ? '\\n' : `\\${sign}`));

const series = (labels: Labels): string => {
  const entries = Object.entries(labels);
  return entries.length === 0
    ? ''
    : `{${entries.map(([name, value]) => `${name}="${escaped(value)}"`).join(',')}}`;
};

export class Metrics {
  readonly #families = new Map<string, Family>();

  /** Names what is counted, so that it shows as soon as there is anything. */
  declare(name: string, kind: Family['kind'], help: string): void {
    this.#families.set(name, { kind, help, values: new Map() });
  }

  add(name: string, labels: Labels = {}, amount = 1): void {
    const { values } = this.#family(name);
    const key = series(labels);
    if (values.has(key) || values.size < SERIES_MAX) values.set(key, (values.get(key) ?? 0) + amount);
  }

  set(name: string, value: number, labels: Labels = {}): void {
    const { values } = this.#family(name);
    const key = series(labels);
    if (values.has(key) || values.size < SERIES_MAX) values.set(key, value);
  }

  get(name: string, labels: Labels = {}): number | undefined {
    return this.#family(name).values.get(series(labels));
  }

  text(): string {
    const lines: string[] = [];
    for (const [name, { help, kind, values }] of this.#families) {
      lines.push(`# HELP ${name} ${help}`, `# TYPE ${name} ${kind}`);
      for (const [labels, value] of values) lines.push(`${name}${labels} ${value}`);
    }
    return `${lines.join('\n')}\n`;
  }

  #family(name: string): Family {
    const family = this.#families.get(name);
    if (!family) throw new Error(`${name} was not declared`);
    return family;
  }
}
