import type { Json } from '../base/canonical-json.ts';
import type { ActionDecl } from '../model/action.ts';
import { labelName, labelPackage } from '../model/label.ts';
import type { ConfiguredTarget, KeyPath, ProvidedFile } from '../model/target.ts';
import type { ActionSpec, ProvideSpec, TemplateSpec } from './action-spec.ts';
import { buildAction, buildTemplate, type Scheduling } from './build-action.ts';
import type { Attributes, Dep, RuleContext, Shape } from './context.ts';
import type { FileHandle, OutputFile } from './handles.ts';
import { outputPath, outputPathFault, paramsPath, templatePathFault } from './output-path.ts';
import { packageFile } from './package-path.ts';
import type { ExpandAnswer, ExpandRequest, TargetDiagnostic } from './rule.ts';

/** Checks what a rule provides; throws when the rule broke its own word. */
export type ProviderCheck = (name: string, value: unknown) => Json;

/** A context for one target, and what came of it once the rule is done. */
export function targetBuilder<S extends Shape>(
  request: ExpandRequest,
  attributes: Attributes<S>,
  scheduling: Scheduling,
  checkProvider: ProviderCheck,
): {
  readonly context: RuleContext<S>;
  readonly diagnostics: readonly TargetDiagnostic[];
  finish(): ExpandAnswer;
} {
  const { target, deps } = request;
  const { label } = target;
  const pkg = labelPackage(label);
  const diagnostics: TargetDiagnostic[] = [];
  const outputs = new Map<string, OutputFile>();
  const actions = new Map<string, ActionDecl>();
  const made = new Set<string>();
  const notes: string[] = [];
  let provided: ProvideSpec | undefined;
  let forwarded: ConfiguredTarget | undefined;

  const diagnose = (code: string, message: string, attribute?: KeyPath, help?: string): void => {
    const at = attribute === undefined ? undefined : { attributePath: attribute };
    diagnostics.push({ label, code, message, ...at, ...(help !== undefined && { help }) });
  };
  const declare = (relative: string, tree: boolean, attribute?: KeyPath): OutputFile => {
    const fault = outputPathFault(pkg, relative);
    const output: OutputFile = { kind: 'output', path: outputPath(pkg, relative), tree };
    if (fault !== undefined)
      diagnose('bad-output-path', `the output ${JSON.stringify(relative)} ${fault}`, attribute);
    else if (outputs.has(output.path)) {
      diagnose('duplicate-output', `the output ${JSON.stringify(relative)} is declared twice`, attribute);
    }
    outputs.set(output.path, output);
    return output;
  };
  const add = (action: ActionDecl): void => {
    if (actions.has(action.id)) throw new Error(`two actions have the id ${action.id}`);
    for (const { path } of action.outputs) {
      if (made.has(path)) throw new Error(`two actions make ${path}`);
      made.add(path);
    }
    actions.set(action.id, action);
  };
  const idOf = (spec: ActionSpec | TemplateSpec): string => spec.id ?? spec.mnemonic.toLowerCase();

  const context: RuleContext<S> = {
    label,
    package: pkg,
    name: labelName(label),
    attributes,
    sources: (attribute) => member(target.sources, attribute, attributes, 'sources'),
    deps: (attribute) =>
      member(target.labels, attribute, attributes, 'labels').map((name): Dep => {
        const dep = deps.get(name);
        if (dep === undefined) throw new Error(`${name} has not been expanded yet`);
        return { label: name, rule: dep.rule, ...dep.provides };
      }),
    output: (path, attribute) => declare(path, false, attribute),
    outputDirectory: (path, attribute) => declare(path, true, attribute),
    action: (spec) => {
      for (const { path } of spec.outputs) {
        if (!outputs.has(path)) throw new Error(`${path} was not declared with ctx.output`);
      }
      add(buildAction(spec, idOf(spec), scheduling));
    },
    template: (over, spec) => {
      if (!over.tree) throw new Error(`a template needs a directory: ${over.path} is a file`);
      const paths = spec.outputs.map((relative) => templateOutput(pkg, relative));
      const action = buildTemplate(over, spec, idOf(spec), paths, scheduling);
      add(action);
      return { kind: 'group', owner: label, template: action.id };
    },
    tool: (name) => ({ kind: 'host-tool', name }),
    hasTool: (name) => request.hasTool?.(name) ?? false,
    packageFile: (moduleUrl, path) => packageFile(request.package, moduleUrl, path),
    inline: (path, lines, options) => {
      const fault = outputPathFault(pkg, path);
      if (fault !== undefined) throw new Error(`the inline file ${JSON.stringify(path)} ${fault}`);
      return { kind: 'inline', path: paramsPath(pkg, path), lines, executable: options?.executable ?? false };
    },
    provide: (spec) => {
      if (provided !== undefined || forwarded !== undefined) throw new Error('a target provides once');
      provided = spec;
    },
    forward: (dep) => {
      if (provided !== undefined || forwarded !== undefined) throw new Error('a target provides once');
      forwarded = deps.get(dep.label);
    },
    note: (text) => void notes.push(text),
    fail: (message, attribute, help) => diagnose('invalid-target', message, attribute, help),
  };

  const finish = (): ExpandAnswer => {
    if (diagnostics.length > 0) return { ok: false, diagnostics };
    for (const path of outputs.keys()) {
      if (!made.has(path)) throw new Error(`no action makes ${path}`);
    }
    return {
      ok: true,
      target: {
        ...configured(request, [...actions.values()], forwarded?.provides ?? provides()),
        ...(notes.length > 0 && { notes }),
      },
    };
  };
  const provides = (): ConfiguredTarget['provides'] => {
    const providers: Record<string, Json> = {};
    for (const [name, value] of Object.entries(provided?.providers ?? {}))
      providers[name] = checkProvider(name, value);
    const executable = provided?.executable;
    return {
      files: (provided?.files ?? [...outputs.values()]).map(providedFile),
      providers,
      ...(executable !== undefined && {
        executable: typeof executable === 'string' ? executable : executable.path,
      }),
    };
  };
  return { context, diagnostics, finish };
}

function member<T>(
  opened: Readonly<Record<string, readonly T[]>>,
  name: string,
  attributes: object,
  kind: string,
): readonly T[] {
  const items = Object.hasOwn(opened, name) ? opened[name] : undefined;
  if (items === undefined && !(name in attributes))
    throw new Error(`there is no attribute ${name} of kind ${kind}`);
  return items ?? [];
}

function templateOutput(pkg: string, relative: string): string {
  const fault = templatePathFault(pkg, relative);
  if (fault !== undefined) throw new Error(`the template’s output ${JSON.stringify(relative)} ${fault}`);
  if (!relative.includes('$(item'))
    throw new Error(`the template’s output ${JSON.stringify(relative)} would be the same for every file`);
  return outputPath(pkg, relative);
}

function providedFile(handle: FileHandle): ProvidedFile {
  if (handle.kind === 'tool' || handle.kind === 'inline') {
    throw new Error(`${handle.path} cannot be provided: it exists only for this target’s actions`);
  }
  return handle;
}

function configured(
  request: ExpandRequest,
  actions: readonly ActionDecl[],
  provides: ConfiguredTarget['provides'],
): ConfiguredTarget {
  const { label, rule, file, at, tags, labels } = request.target;
  const deps = [...new Set(Object.values(labels).flat())];
  const tainted = deps.find((dep) => request.deps.get(dep)?.taint !== undefined);
  const taint = request.target.taint ?? (tainted && request.deps.get(tainted)?.taint);
  return {
    label,
    rule,
    file,
    at,
    deps,
    tags,
    test: actions.some((a) => a.test === true),
    ...(taint !== undefined && { taint }),
    actions,
    provides,
  };
}
