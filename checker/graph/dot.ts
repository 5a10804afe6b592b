/** A state graph in the language of Graphviz. What all states have in common is said once, below the graph. */
import type { GraphEdge, GraphNode, StateGraph } from './state_graph.ts';

/** Lines of a state, and operations of an edge, that are shown; the rest is counted. */
const LINES_MAX = 9;
const LABELS_MAX = 3;
const LETTERS_MAX = 46;
const LABEL_LETTERS_MAX = 64;

const quoted = (text: string): string =>
  `"${text.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n')}"`;
/** Lines that begin at the left. */
const left = (lines: readonly string[]): string => `"${lines.map((line) => quoted(line).slice(1, -1)).join('\\l')}\\l"`;

const shortened = (line: string, most = LETTERS_MAX): string =>
  line.length <= most ? line : `${line.slice(0, most - 1)}…`;

const atMost = (lines: readonly string[], most: number): readonly string[] =>
  lines.length <= most ? lines : [...lines.slice(0, most - 1), `… and ${lines.length - most + 1} more`];

const attributes = (all: Readonly<Record<string, string | undefined>>): string =>
  Object.entries(all)
    .flatMap(([name, value]) => (value === undefined ? [] : [`${name}=${value}`]))
    .join(', ');

const said = (violates: readonly string[]): readonly string[] => violates.map((name) => `violates ${name}`);

const nodeLine = (node: GraphNode, common: ReadonlySet<string>): string => {
  const { number, initial, lines, violates, bug, open } = node;
  const own = lines.filter((line) => !common.has(line));
  const title = bug ? 'BUG' : `${number}${initial ? ' initial' : ''}${open ? ' (not expanded)' : ''}`;
  const rows = own.length === 0 ? ['(nothing)'] : atMost(own, LINES_MAX).map((line) => shortened(line));
  const shown = [title, ...said(violates), ...rows];
  const bad = violates.length > 0;
  return `  s${number} [${attributes({
    label: left(shown),
    tooltip: quoted([title, ...said(violates), ...lines].join('\n')),
    shape: bug ? 'octagon' : undefined,
    style: open ? '"filled,dashed"' : undefined,
    fillcolor: bad ? '"#fbe3e0"' : initial ? '"#e3ecf8"' : undefined,
    color: bad ? '"#a3151f"' : initial ? '"#23508a"' : undefined,
    penwidth: bad || initial ? '2.5' : undefined,
    peripheries: initial ? '2' : undefined,
  })}];`;
};

const edgeLine = ({ from, to, labels, violates }: GraphEdge): string => {
  const bad = violates.length > 0;
  return `  s${from} -> s${to} [${attributes({
    label: left([...atMost(labels, LABELS_MAX).map((one) => shortened(one, LABEL_LETTERS_MAX)), ...said(violates)]),
    tooltip: quoted([...labels, ...said(violates)].join('\n')),
    color: bad ? '"#a3151f"' : undefined,
    fontcolor: bad ? '"#a3151f"' : undefined,
    penwidth: bad ? '2' : undefined,
  })}];`;
};

/** Rows that are the same in all states. */
const commonTo = (nodes: readonly GraphNode[]): ReadonlySet<string> => {
  const states = nodes.filter(({ bug }) => !bug);
  const [first, ...others] = states.map(({ lines }) => new Set(lines));
  return new Set([...(first ?? [])].filter((line) => others.length > 0 && others.every((lines) => lines.has(line))));
};

export const dotOf = (graph: StateGraph, title: string): string => {
  const { nodes, edges, idle } = graph;
  const common = commonTo(nodes);
  const caption = [
    title,
    `${nodes.filter(({ bug }) => !bug).length} states`,
    ...(idle === 0 ? [] : [`left out: ${idle} operations that change nothing`]),
    ...(common.size === 0 ? [] : ['in all states:', ...[...common].map((line) => `  ${shortened(line)}`)]),
  ];
  return [
    'digraph states {',
    '  graph [bgcolor="white", fontname="Courier", fontsize=11, labelloc="b", labeljust="l", rankdir="TB"];',
    '  node [shape="box", style="filled", fillcolor="#f7f7f5", color="#6b7079", fontname="Courier", fontsize=10];',
    '  edge [color="#6b7079", fontname="Courier", fontsize=9, arrowsize=0.7];',
    `  label=${left(caption)};`,
    ...nodes.map((node) => nodeLine(node, common)),
    ...edges.map(edgeLine),
    '}',
    '',
  ].join('\n');
};
