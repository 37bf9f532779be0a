import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import {
  type HashSource,
  parseReferenceConfig,
} from '../../../rules/recompiler/validate/settings/video-config.ts';
import { err, ok, type Result } from '../../base/result.ts';
import { outputPlace } from '../../engine/output-place.ts';
import type { ActionDecl, Arg } from '../../model/action.ts';
import type { Label } from '../../model/label.ts';
import type { RequestPlan } from '../plan-file.ts';

/** What a target of the rule `validate` compares, and where its reference lies. */
export interface Comparison {
  /** The target whose outputs are the capture. */
  readonly captureLabel: Label;
  /** Absolute: hashes, and frames and sound where they lie elsewhere. */
  readonly capture: { readonly folder: string; readonly frames?: string; readonly audio?: string };
  /** Made of proprietary inputs: its pictures and its sound may not be kept in the workspace. */
  readonly tainted: boolean;
  /** Workspace-relative. */
  readonly reference: ReferencePlace;
}

/** What of the reference is there, workspace-relative. */
export interface MaterialPlace {
  readonly format: HashSource['format'];
  readonly path: string;
}

export interface ReferencePlace {
  readonly frames: MaterialPlace;
  /** Absent: sound is not compared. */
  readonly audio?: MaterialPlace;
  /** The folder in which pictures and sound may be kept; undefined: the reference is given file by file. */
  readonly folder?: string;
}

/** The words that the rule gives its tool say it all. */
export function findComparison(root: string, plan: RequestPlan): Result<Comparison, string> {
  const { targets, actions } = plan.graph();
  const [label = ''] = plan.requested;
  const target = targets.find((t) => t.label === label);
  const node = actions.find((a) => a.id === `${label}%validate`);
  if (target?.rule !== 'validate' || node === undefined)
    return err(
      `${label} is a ${target?.rule ?? 'target of another kind'}: only a target of the rule validate has a reference`,
    );
  const word = wordAfter(node.decl);
  const folder = word('--capture') ?? '';
  const maker = actions.find((a) => a.decl.outputs.some((output) => output.path === folder));
  const captureLabel = maker && plan.labels[maker.target];
  if (maker === undefined || captureLabel === undefined)
    return err(`nothing makes ${folder}, the capture of ${label}`);
  const reference = referencePlace(root, node.decl, word);
  if (!reference.ok) return reference;
  const { home } = maker.decl;
  const place = (path: string): string =>
    outputPlace(root, { path, ...(home === undefined ? {} : { home }) });
  const [frames, audio] = [word('--capture-frames'), word('--capture-audio')];
  return ok({
    captureLabel,
    capture: {
      folder: place(folder),
      ...(frames === undefined ? {} : { frames: place(frames) }),
      ...(audio === undefined ? {} : { audio: place(audio) }),
    },
    tainted: target.taint !== undefined || home !== undefined,
    reference: reference.value,
  });
}

type Word = (name: string) => string | undefined;

function wordAfter({ argv, inputs }: ActionDecl): Word {
  const text = (word: Arg | undefined): string | undefined => {
    if (word === undefined || typeof word === 'string') return word;
    const input = inputs[word.paths[0] ?? -1];
    return input === undefined || input.kind === 'group' ? undefined : input.path;
  };
  return (name) => {
    const at = argv.indexOf(name);
    return at < 0 ? undefined : text(argv[at + 1]);
  };
}

function referencePlace(root: string, { inputs }: ActionDecl, word: Word): Result<ReferencePlace, string> {
  const reference = word('--reference') ?? '';
  const outside = (path: string): boolean =>
    inputs.some((i) => i.kind === 'external' && (i.path === path || i.path.startsWith(`${path}/`)));
  if (!reference.endsWith('.toml')) {
    if (outside(reference)) return err('the reference lies outside of this workspace: it is changed by hand');
    const at = (name: string): string => (reference === '.' ? name : `${reference}/${name}`);
    return ok({ frames: list(at('frames.hashes')), audio: list(at('audio.hashes')), folder: reference });
  }
  const parsed = parseReferenceConfig(reference, readFileSync(join(root, reference), 'utf8'));
  if (!parsed.ok) return parsed;
  const base = dirname(reference);
  const { frames, audio, timeline } = parsed.value;
  if (frames === undefined) return err(`${reference} names no frames`);
  if (timeline !== undefined && (timeline.start > 0 || timeline.end !== undefined))
    return err(
      `${reference} takes a part of its [timeline]: a capture is the whole of a new reference; take start and end out`,
    );
  const place = (name: string, { format, path }: HashSource): MaterialPlace => ({
    format,
    // A folder is named by itself; the word may be the only file in it.
    path: (format === 'directory' ? undefined : word(name)) ?? join(base, path).replace(/\/+$/, ''),
  });
  const places = {
    frames: place('--reference-frames', frames),
    ...(audio && { audio: place('--reference-audio', audio) }),
  };
  const far = Object.values(places).some(
    ({ path }) => path.startsWith('/') || path.startsWith('..') || outside(path),
  );
  if (far) return err('the reference lies outside of this workspace: it is changed by hand');
  return ok(places);
}

const list = (path: string): MaterialPlace => ({ format: 'list', path });
