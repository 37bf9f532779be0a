import type { Diagnostic } from '../base/diagnostic.ts';
import { nearest } from '../base/nearest.ts';
import type { OutputFault } from '../graph/action-graph.ts';
import type { GraphFault, LabelUse } from '../graph/target-graph.ts';
import { type Label, labelName, labelPackage } from '../model/label.ts';
import type { ResolvedTarget } from '../model/target.ts';
import type { WorkspaceReader } from '../ports/file-reader.ts';
import { placeInTarget } from '../workspace/place-of.ts';
import type { PackageSource } from './package-source.ts';

/** Faults of the graphs in words and with places. */
export class GraphDiagnostics {
  readonly #reader: WorkspaceReader;
  readonly #packages: PackageSource;
  readonly #targets: ReadonlyMap<Label, ResolvedTarget>;

  constructor(reader: WorkspaceReader, packages: PackageSource, targets: ReadonlyMap<Label, ResolvedTarget>) {
    this.#reader = reader;
    this.#packages = packages;
    this.#targets = targets;
  }

  ofGraph(fault: GraphFault): Diagnostic {
    switch (fault.kind) {
      case 'no-such-target':
        return this.#noSuchTarget(fault.use);
      case 'not-visible':
        return this.#at(fault.use, {
          code: 'not-visible',
          message: `${fault.use.from.label} may not depend on ${fault.use.to}`,
          help: `${fault.use.to} is visible to ${fault.visibility.join(', ') || 'nobody else'}; widen its \`visibility\` if this is meant`,
        });
      case 'cycle':
        return this.#cycle(fault.uses);
    }
  }

  ofOutputs(fault: OutputFault): Diagnostic {
    switch (fault.kind) {
      case 'same-output':
        return this.#outputs(
          fault.second,
          fault.first,
          'same-output',
          `${fault.first} and ${fault.second} both make ${fault.path}`,
        );
      case 'output-inside-output':
        return this.#outputs(
          fault.second,
          fault.first,
          'output-inside-output',
          `${fault.second} makes ${fault.inner}, which lies inside ${fault.outer}, an output of ${fault.first}`,
        );
      case 'no-such-output':
        return {
          ...this.#onTarget(fault.user),
          severity: 'error',
          code: 'no-such-output',
          message: `an action of ${fault.user} reads ${fault.path}, which no action makes`,
          help: 'this is a fault of its rule: report it to the rule’s author',
        };
    }
  }

  noSuchLabel(label: Label): Pick<Diagnostic, 'message' | 'help'> {
    const pkg = labelPackage(label);
    const known = this.#packages.get(pkg);
    if (!known) {
      return {
        message: `there is no package ${pkg === '' ? '//' : `//${pkg}`} (for ${label})`,
        help: `a package is a folder with a BUILD.toml; there is none in ${pkg === '' ? 'the root' : pkg}`,
      };
    }
    const names = known.targets.map((t) => labelName(t.label));
    const near = nearest(labelName(label), names);
    return {
      message: `${known.file} has no target "${labelName(label)}"`,
      help:
        near === undefined
          ? `its targets are ${names.slice(0, 12).join(', ') || 'none'}`
          : `did you mean ":${near}"?`,
    };
  }

  #noSuchTarget(use: LabelUse): Diagnostic {
    return this.#at(use, { code: 'no-such-target', ...this.noSuchLabel(use.to) });
  }

  #cycle(uses: readonly LabelUse[]): Diagnostic {
    const labels = uses.map((use) => use.from.label);
    const [first, ...rest] = uses;
    const message = `these targets depend on each other in a circle: ${[...labels, labels[0]].join(' → ')}`;
    const help = 'take out one of these dependencies, or split a target in two';
    if (!first) return { severity: 'error', code: 'cycle', message, help };
    const related = rest.map((use) => {
      const span = this.#span(use);
      return { message: `${use.from.label} depends on ${use.to}`, ...(span ? { span } : {}) };
    });
    return { ...this.#at(first, { code: 'cycle', message, help }), related };
  }

  #at(use: LabelUse, fault: Pick<Diagnostic, 'code' | 'message' | 'help'>): Diagnostic {
    const span = this.#span(use);
    return { severity: 'error', ...fault, ...(span ? { span } : {}) };
  }

  #span(use: LabelUse): Diagnostic['span'] {
    return placeInTarget(this.#reader, use.from, use.at.slice(use.from.at.length), 'value');
  }

  #onTarget(label: Label): Pick<Diagnostic, 'span'> {
    const target = this.#targets.get(label);
    const span = target && placeInTarget(this.#reader, target, ['name'], 'value');
    return span ? { span } : {};
  }

  #outputs(second: Label, first: Label, code: string, message: string): Diagnostic {
    return {
      ...this.#onTarget(second),
      severity: 'error',
      code,
      message,
      related: [{ message: `${first} is here`, ...this.#onTarget(first) }],
      help: 'every output has one maker: rename one of them',
    };
  }
}
