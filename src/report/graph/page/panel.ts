import { duration, OUTCOME_WORDS, OUTCOMES, type Outcome, type Picture } from '../picture.ts';
import { make } from './elements.ts';

/** What stands beside the drawing. */
export interface Panel {
  readonly element: HTMLElement;
  overview(): void;
  target(index: number): void;
  group(index: number, lane: number): void;
  found(text: string): readonly number[];
}

export interface PanelActions {
  select(target: number): void;
  openGroup(group: number): void;
}

const MANY = 100;
const SLOWEST = 8;

export function createPanel(picture: Picture, actions: PanelActions): Panel {
  const element = make('aside', { 'aria-label': 'Details' });
  const { nodes, edges, groups, lanes, critical } = picture;
  const show = (...children: readonly Node[]): void => {
    element.replaceChildren(...children);
    element.scrollTop = 0;
  };
  const item = (target: number): HTMLElement => {
    const { label = '', outcome = 'none', ms } = nodes[target] ?? {};
    const time = make('span', { class: 'time' }, ms === undefined ? '' : duration(ms));
    const open = make(
      'button',
      { type: 'button', does: () => actions.select(target) },
      make('span', { class: `dot ${outcome}`, title: OUTCOME_WORDS[outcome] }),
      make('span', { class: 'label' }, make('bdi', {}, label)),
      time,
    );
    return make('li', {}, open);
  };
  const section = (title: string, targets: readonly number[], kind = ''): Node[] => {
    if (targets.length === 0) return [];
    const more =
      targets.length > MANY ? [make('li', { class: 'more' }, `and ${targets.length - MANY} more`)] : [];
    return [
      make('h2', { class: kind }, title, make('span', { class: 'count' }, String(targets.length))),
      make('ul', { class: 'targets' }, ...targets.slice(0, MANY).map(item), ...more),
    ];
  };
  const members = (group: number, lane: number): number[] => {
    const inside = (at: number): boolean => at === group || (at !== 0 && inside(groups[at]?.parent ?? 0));
    return nodes.flatMap((node, i) => (node.lane === lane && inside(node.group) ? [i] : []));
  };
  return {
    element,
    overview() {
      const slowest = nodes
        .flatMap(({ ms }, i) => (ms === undefined ? [] : [i]))
        .sort((a, b) => (nodes[b]?.ms ?? 0) - (nodes[a]?.ms ?? 0))
        .slice(0, SLOWEST);
      const failed = nodes.flatMap(({ outcome }, i) => (outcome === 'failed' ? [i] : []));
      show(
        make('h2', {}, 'In this run'),
        legend(countOutcomes(nodes.map((node) => node.outcome))),
        ...section('Failed', failed),
        ...(critical.length === 0
          ? [
              make(
                'p',
                { class: 'quiet' },
                'No durations are recorded yet: a build makes the critical path known.',
              ),
            ]
          : section(`Critical path, ${duration(picture.criticalMs)}`, critical, 'critical')),
        ...section('Slowest, each when it last ran', slowest),
        make('p', { class: 'quiet keys' }, 'Click a box, or press ', make('kbd', {}, '?'), ' for the keys.'),
      );
    },
    target(index) {
      const node = nodes[index];
      if (!node) return;
      const near = (from: 0 | 1, to: 0 | 1): number[] =>
        edges.flatMap((edge) => (edge[from] === index ? [edge[to]] : [])).sort((a, b) => a - b);
      show(
        make('h1', {}, node.label),
        facts([
          ['rule', node.rule],
          ['lane', lanes[node.lane] ?? ''],
          ['last run', OUTCOME_WORDS[node.outcome]],
          ['took', node.ms === undefined ? 'not known' : `${duration(node.ms)}, when it last ran`],
          ...(critical.includes(index) ? [['critical path', 'is on it'] as const] : []),
        ]),
        make('p', { class: 'quiet' }, make('code', {}, `recomp explain ${node.label}`)),
        ...section('Depends on', near(1, 0)),
        ...section('Used by', near(0, 1)),
      );
    },
    group(index, lane) {
      const own = members(index, lane);
      show(
        make('h1', {}, groups[index]?.name ?? ''),
        make(
          'button',
          { type: 'button', class: 'open', does: () => actions.openGroup(index) },
          'Open this group',
        ),
        legend(countOutcomes(own.map((i) => nodes[i]?.outcome ?? 'none'))),
        ...section('Targets', own),
      );
    },
    found(text) {
      const words = text
        .toLowerCase()
        .split(/\s+/)
        .filter((word) => word !== '');
      const found = nodes.flatMap(({ label, rule }, i) =>
        words.every((word) => label.toLowerCase().includes(word) || rule === word) ? [i] : [],
      );
      if (found.length === 0) show(make('p', { class: 'quiet' }, `No target has “${text}” in its label.`));
      else show(...section('Found', found));
      return found;
    },
  };
}

function countOutcomes(outcomes: readonly Outcome[]): ReadonlyMap<Outcome, number> {
  const counts = new Map<Outcome, number>();
  for (const outcome of outcomes) counts.set(outcome, (counts.get(outcome) ?? 0) + 1);
  return counts;
}

const legend = (counts: ReadonlyMap<Outcome, number>): HTMLElement =>
  make(
    'ul',
    { class: 'legend' },
    ...OUTCOMES.filter((outcome) => counts.has(outcome)).map((outcome) =>
      make(
        'li',
        {},
        make('span', { class: `dot ${outcome}` }),
        `${OUTCOME_WORDS[outcome]} `,
        make('span', { class: 'count' }, String(counts.get(outcome))),
      ),
    ),
  );

const facts = (rows: readonly (readonly [string, string])[]): HTMLElement =>
  make('dl', {}, ...rows.flatMap(([term, text]) => [make('dt', {}, term), make('dd', {}, text)]));
