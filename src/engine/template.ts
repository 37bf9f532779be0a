import { sha256 } from '../fingerprint/digest-bytes.ts';
import type { ActionNode } from '../graph/action-graph.ts';
import type { ActionDecl, Arg, InputRef } from '../model/action.ts';
import type { TreeContent } from '../model/result.ts';
import type { ActionTrace } from './trace.ts';

/** One instance of a template: the action for one file of the directory. */
export interface Instance {
  /** The file's path within the directory. */
  readonly item: string;
  readonly decl: ActionDecl;
}

/** Plans a template over a directory that is known now, in path order. `matches` tells whether a glob takes a path. */
export function instantiate(
  template: ActionDecl,
  content: TreeContent,
  matches: (glob: string, path: string) => boolean,
): Instance[] {
  const each = template.each;
  if (!each) return [];
  const taken = content.files.filter(
    (file) =>
      each.include.some((glob) => matches(glob, file.path)) &&
      !each.exclude.some((glob) => matches(glob, file.path)),
  );
  return taken.map((file) => ({ item: file.path, decl: instantiateOne(template, each.over, file.path) }));
}

export function instantiateOne(template: ActionDecl, over: string, item: string): ActionDecl {
  const fill = filler(over, item);
  const fillArg = (arg: Arg): Arg => (typeof arg === 'string' ? fill(arg) : arg);
  const inputs: InputRef[] = [{ kind: 'output', path: `${over}/${item}` }, ...template.inputs];
  const { each: _, ...rest } = template;
  return {
    ...rest,
    id: instanceId(template.id, item),
    ...(template.description === undefined ? {} : { description: fill(template.description) }),
    argv: template.argv.map((arg) => shift(fillArg(arg))),
    env: Object.fromEntries(Object.entries(template.env).map(([name, arg]) => [name, shift(fillArg(arg))])),
    inputs,
    outputs: template.outputs.map((output) => ({ ...output, path: fill(output.path) })),
  };
}

/** Its place in the graph, with the target and what it waits for of its template. */
export const instanceNode = (template: ActionNode, decl: ActionDecl): ActionNode => ({
  id: `${labelOf(template)}%${decl.id}`,
  target: template.target,
  decl,
  deps: template.deps,
});

const labelOf = ({ id }: ActionNode): string => id.slice(0, id.indexOf('%'));

export const templateTrace = (items: readonly string[]): ActionTrace => ({
  key: NO_KEY,
  result: { outputs: [], isolation: 2 },
  items,
});

/** A template has no key of its own: its instances have theirs. */
const NO_KEY = sha256('');

export const instanceId = (template: string, item: string): string => `${template}[${item}]`;

/** The item takes index 0 among the inputs; what the template's words name moves up by one. */
const shift = (arg: Arg): Arg =>
  typeof arg === 'string' ? arg : { ...arg, paths: arg.paths.map((index) => index + 1) };

function filler(over: string, item: string): (text: string) => string {
  const name = item.slice(item.lastIndexOf('/') + 1);
  const dot = name.lastIndexOf('.');
  const stem = dot > 0 ? item.slice(0, item.length - name.length + dot) : item;
  const values: Readonly<Record<string, string>> = {
    item: `${over}/${item}`,
    'item.rel': item,
    'item.name': name,
    'item.stem': stem,
  };
  return (text) =>
    text.replace(/\$\((item(?:\.rel|\.name|\.stem)?)\)/g, (whole, key: string) => values[key] ?? whole);
}
