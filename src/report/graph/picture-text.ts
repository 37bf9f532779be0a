import { getOrMake } from '../../base/get-or-make.ts';
import { DEFINITIONS, drawLayout, escapeText } from './draw.ts';
import { DRAWING, THEME } from './graph-style.ts';
import { layOut } from './layout.ts';
import { duration, OUTCOME_WORDS, OUTCOMES, type Outcome, type Picture } from './picture.ts';
import { openAtFirst, type View, viewOf, worst } from './view.ts';

/** A picture that needs nothing but itself. Large graphs are drawn by their groups: `room` says how many boxes it may have. */
export function svgText(picture: Picture, room: number): string {
  const layout = layOut(viewOf(picture, openAtFirst(picture, room)), picture.lanes);
  const { width, height } = layout;
  const style = `${THEME}\n${DRAWING}`.replaceAll(':root', 'svg');
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img" aria-label="${escapeText(picture.title)}">\n`,
    `<style>${style}</style>${DEFINITIONS}`,
    `<rect width="${width}" height="${height}" fill="var(--paper)"/>`,
    drawLayout(layout).replaceAll('<g class="box', '\n<g class="box'),
    '\n</svg>\n',
  ].join('');
}

/** For tools that read the graph: everything that a page knows. */
export function jsonText({ title, run, lanes, nodes, edges, critical, criticalMs }: Picture): string {
  const deps: string[][] = nodes.map(() => []);
  for (const [from, to] of edges) deps[to]?.push(nodes[from]?.label ?? '');
  const report = {
    title,
    run_id: run?.id ?? null,
    lanes,
    targets: nodes.map(({ label, rule, lane, outcome, ms }, i) => ({
      label,
      rule,
      lane: lanes[lane],
      outcome,
      duration_ms: ms,
      deps: deps[i],
    })),
    critical_path: critical.map((i) => nodes[i]?.label),
    critical_path_ms: criticalMs,
  };
  return `${JSON.stringify(report, null, 1)}\n`;
}

const COLOURS: Readonly<Record<Outcome, string>> = {
  failed: '#c3232f',
  skipped: '#a06a00',
  ran: '#2457c5',
  remote: '#6b3fa0',
  local: '#0f7c86',
  current: '#4f8a68',
  none: '#8a929c',
};
const CRITICAL = '#c9570c';

/** Every target, in a cluster for its package. */
export function dotText({ title, nodes, edges, critical }: Picture): string {
  const onPath = new Set(critical);
  const steps = stepsOf(critical);
  const packages = new Map<string, number[]>();
  nodes.forEach(({ label }, i) => void getOrMake(packages, packageOf(label), () => []).push(i));
  const clusters = [...packages].flatMap(([pkg, members], cluster) => [
    `  subgraph "cluster_${cluster}" {`,
    `    label=${quoted(`//${pkg}`)};`,
    ...members.map((i) => {
      const { label = '', outcome = 'none', ms } = nodes[i] ?? {};
      const time = ms === undefined ? '' : `\\n${duration(ms)}`;
      const path = onPath.has(i) ? `, penwidth=3, color="${CRITICAL}"` : `, color="${COLOURS[outcome]}"`;
      return `    n${i} [label="${nameOf(label)}${time}", tooltip=${quoted(`${label}, ${OUTCOME_WORDS[outcome]}`)}${path}];`;
    }),
    '  }',
  ]);
  const lines = edges.map(
    ([from, to]) =>
      `  n${from} -> n${to}${steps.has(`${from}>${to}`) ? ` [color="${CRITICAL}", penwidth=3]` : ''};`,
  );
  return [
    'digraph recomp {',
    `  graph [rankdir=LR, label=${quoted(title)}, fontname="sans-serif", color="#cfd4da"];`,
    '  node [shape=box, style=rounded, fontname="sans-serif"];',
    '  edge [color="#a9b2bd"];',
    ...clusters,
    ...lines,
    '}\n',
  ].join('\n');
}

/** By lanes and, where there is more than can be read, by groups. */
export function mermaidText(picture: Picture, room: number): string {
  const view = viewOf(picture, openAtFirst(picture, room));
  const lanes = picture.lanes.flatMap((name, lane) => laneOfMermaid(name, lane, view));
  const critical = view.links.flatMap((link, i) => (link.critical ? [i] : []));
  return [
    'flowchart LR',
    ...lanes,
    ...view.links.map(({ from, to }) => `  ${nodeId(view, from)} --> ${nodeId(view, to)}`),
    ...OUTCOMES.map((outcome) => `  classDef ${outcome} stroke:${COLOURS[outcome]},stroke-width:2px`),
    `  classDef critical stroke:${CRITICAL},stroke-width:3px`,
    ...(critical.length === 0
      ? []
      : [`  linkStyle ${critical.join(',')} stroke:${CRITICAL},stroke-width:3px`]),
    '',
  ].join('\n');
}

function laneOfMermaid(name: string, lane: number, view: View): string[] {
  const boxes = view.boxes.flatMap((box, i) => (box.lane === lane ? [{ box, i }] : []));
  if (boxes.length === 0) return [];
  return [
    `  subgraph lane${lane}["${plain(name)}"]`,
    ...boxes.map(({ box, i }) => {
      const text = `${box.title}<br/>${box.detail}`;
      const [open, close] = box.kind === 'group' ? ['[[', ']]'] : ['[', ']'];
      return `    ${nodeId(view, i)}${open}"${plain(text)}"${close}:::${box.critical ? 'critical' : worst(box.outcomes)}`;
    }),
    '  end',
  ];
}

const nodeId = (view: View, i: number): string => (view.boxes[i]?.id ?? '').replace('.', '_');

const plain = (text: string): string => text.replace(/["#;]/g, (char) => `#${char.charCodeAt(0)};`);

const stepsOf = (critical: readonly number[]): ReadonlySet<string> =>
  new Set(critical.slice(1).map((to, i) => `${critical[i]}>${to}`));

const packageOf = (label: string): string => label.slice(2, label.lastIndexOf(':'));

const nameOf = (label: string): string => label.slice(label.lastIndexOf(':') + 1);

const quoted = (text: string): string => JSON.stringify(text);
