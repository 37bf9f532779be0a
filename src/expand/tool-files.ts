import { readdirSync, realpathSync, statSync } from 'node:fs';
import { join, sep } from 'node:path';
import { sorted } from '../base/order.ts';
import type { ActionDecl, Arg, InputRef } from '../model/action.ts';
import type { ConfiguredTarget } from '../model/target.ts';
import type { RulePackage } from '../rule-api/rule.ts';
import type { ExpandDiagnostic } from './expander.ts';

type ToolRef = Extract<InputRef, { kind: 'tool' }>;
type Found = { readonly files: readonly ToolRef[] } | { readonly fault: string };

const MAX_FILES = 10_000;

/**
 * Finds the files that rules asked to bring along: rules name them, only the host looks. A folder stands for all
 * files below it. Each is looked at once for many targets.
 */
export function toolFiles() {
  const seen = new Map<string, Found>();
  const folders = new Set<string>();

  const find = (ref: ToolRef, root: string): Found => {
    const known = seen.get(ref.from);
    if (known !== undefined) return known;
    const found = look(ref, root, folders);
    seen.set(ref.from, found);
    return found;
  };

  const resolve = (
    target: ConfiguredTarget,
    pkg: RulePackage,
  ): { target: ConfiguredTarget; faults: ExpandDiagnostic[] } => {
    if (!target.actions.some((a) => a.inputs.some((i) => i.kind === 'tool'))) return { target, faults: [] };
    const faults: ExpandDiagnostic[] = [];
    const actions = target.actions.map((action) =>
      openTools(action, (ref) => {
        const found = find(ref, pkg.root);
        if ('files' in found) return found.files;
        faults.push(toolFault(target, pkg, found.fault));
        return [];
      }),
    );
    return { target: { ...target, actions }, faults };
  };
  return { resolve, listed: (): ReadonlySet<string> => folders };
}

const toolFault = (target: ConfiguredTarget, pkg: RulePackage, fault: string): ExpandDiagnostic => ({
  label: target.label,
  code: 'rule-fault',
  message: `the rule ${target.rule} of ${pkg.name} brings along ${fault}`,
  help: 'this is a fault of the rule package, not of the target',
});

/** Puts each folder's files in its place; words that name inputs by index follow. */
function openTools(action: ActionDecl, open: (ref: ToolRef) => readonly ToolRef[]): ActionDecl {
  if (!action.inputs.some((i) => i.kind === 'tool')) return action;
  const opened: InputRef[] = [];
  const indexOf = new Map<string, number>();
  const moved = action.inputs.map((input): readonly number[] => {
    if (input.kind !== 'tool') return [opened.push(input) - 1];
    return open(input).map((ref) => {
      const index = indexOf.get(ref.path) ?? opened.push(ref) - 1;
      indexOf.set(ref.path, index);
      return index;
    });
  });
  const move = (arg: Arg): Arg =>
    typeof arg === 'string' ? arg : { ...arg, paths: arg.paths.flatMap((i) => moved[i] ?? []) };
  return {
    ...action,
    argv: action.argv.map(move),
    env: Object.fromEntries(Object.entries(action.env).map(([name, arg]) => [name, move(arg)])),
    inputs: opened.map((i) => (i.kind === 'inline' ? { ...i, lines: i.lines.map(move) } : i)),
  };
}

function look(ref: ToolRef, root: string, folders: Set<string>): Found {
  const files: ToolRef[] = [];
  const visit = (from: string, path: string): string | undefined => {
    const real = realPath(from);
    if (real === undefined) return `${from}, which is not there`;
    if (!real.startsWith(root + sep)) return `${from}, a link out of the package`;
    const stat = statSync(real);
    if (stat.isFile()) files.push({ kind: 'tool', from: real, path });
    if (files.length > MAX_FILES) return `more than ${MAX_FILES} files below ${ref.from}`;
    if (stat.isFile()) return undefined;
    if (!stat.isDirectory()) return `${from}, which is neither a file nor a folder`;
    // Only folders are walked by their own path: a link to one could go round in circles.
    if (real !== from) return `${from}, a link to a folder`;
    folders.add(from);
    for (const name of sorted(readdirSync(from))) {
      const fault = visit(join(from, name), `${path}/${name}`);
      if (fault !== undefined) return fault;
    }
    return undefined;
  };
  const fault = visit(ref.from, ref.path);
  if (fault !== undefined) return { fault };
  return files.length === 0 ? { fault: `${ref.from}, a folder without files` } : { files };
}

function realPath(path: string): string | undefined {
  try {
    return realpathSync(path);
  } catch {
    return undefined;
  }
}
