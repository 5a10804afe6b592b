/** A run in one line, as the tables of pinned counts have it. */

/** What is pinned of a run; the JSON document promises it. */
export interface Run {
  readonly kernel: string;
  readonly series: readonly string[];
  readonly world: string;
  readonly verdict: string;
  readonly states: number;
  readonly transitions: number;
  readonly depth: number;
  readonly properties: readonly {
    readonly name: string;
    readonly verdict: string;
    readonly counterexample?: { readonly length: number };
    readonly findings?: readonly { readonly name: string }[];
  }[];
  readonly operations: readonly { readonly name: string; readonly fired: number }[];
}

const named = (what: string, names: readonly string[]): string =>
  names.length === 0 ? '' : `; ${what} ${names.toSorted().join(', ')}`;

export const summary = (run: Run): string => {
  const { kernel, series, world, verdict, states, transitions, depth, properties, operations } = run;
  const violated = properties.filter((one) => one.verdict === 'violated');
  const lengths = violated.map(({ name, counterexample }) => `${name} (${counterexample!.length})`);
  const idle = properties.filter((one) => one.verdict === 'unexercised').map(({ name }) => name);
  const never = operations.filter(({ fired }) => fired === 0).map(({ name }) => name);
  const counts = `${states} states, ${transitions} transitions, depth ${depth}`;
  const rest = `${named('violated', lengths)}${named('unexercised', idle)}${named('never fired', never)}`;
  return `${world} on ${series[0] ?? kernel}: ${verdict}, ${counts}${rest}`;
};
