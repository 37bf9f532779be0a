import { sortedBy } from '../base/order.ts';

export type Labels = Readonly<Record<string, string>>;

export interface Gauge {
  readonly name: string;
  readonly kind: 'gauge' | 'counter';
  readonly help: string;
  readonly value: () => number;
}

/** Counters, and figures that are read when they are asked for, in Prometheus's text format. */
export class Metrics {
  readonly #counters = new Map<string, { help: string; values: Map<string, number> }>();
  readonly #gauges: Gauge[] = [];

  watch(...gauges: readonly Gauge[]): void {
    this.#gauges.push(...gauges);
  }

  /** Returns what adds to one counter; label values must come from a small set. */
  counter(name: string, help: string): (labels: Labels, by?: number) => void {
    const counter = { help, values: new Map<string, number>() };
    this.#counters.set(name, counter);
    return (labels, by = 1) => {
      const key = labelText(labels);
      counter.values.set(key, (counter.values.get(key) ?? 0) + by);
    };
  }

  render(): string {
    const lines: string[] = [];
    for (const [name, { help, values }] of this.#counters) {
      lines.push(`# HELP ${name} ${help}`, `# TYPE ${name} counter`);
      for (const [labels, value] of sortedBy([...values], ([key]) => key))
        lines.push(`${name}${labels} ${value}`);
    }
    for (const { name, kind, help, value } of this.#gauges)
      lines.push(`# HELP ${name} ${help}`, `# TYPE ${name} ${kind}`, `${name} ${value()}`);
    return `${lines.join('\n')}\n`;
  }
}

function labelText(labels: Labels): string {
  const pairs = Object.entries(labels).map(([name, value]) => `${name}="${quoted(value)}"`);
  return pairs.length === 0 ? '' : `{${pairs.join(',')}}`;
}

const quoted = (value: string): string =>
  value.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n');
