import { normalize } from 'node:path/posix';
import type { Diagnostic } from '../base/diagnostic.ts';
import type { Taint, TargetDecl } from '../model/target.ts';
import type { PackageTool } from '../model/workspace.ts';
import type { WorkspaceReader } from '../ports/file-reader.ts';
import { packageNameFault } from '../workspace/label-syntax.ts';
import { placeInFile } from '../workspace/place-of.ts';
import { firstFaults, readToml, shapeDiagnostic } from '../workspace/read-toml.ts';
import { joinPath } from '../workspace/safe-path.ts';
import type { Shape, ShapeFault } from '../workspace/shape.ts';
import { MAX_TOML_BYTES } from '../workspace/toml-document.ts';
import { type AutomationConfig, automationShape } from './automation-shape.ts';
import { expandAutomation } from './expand-automation.ts';
import { isProprietary, type Provenance, provenanceShape } from './provenance-shape.ts';
import { captureVideoShape, referenceVideoShape } from './reference-shape.ts';
import { plainPath } from './sources.ts';
import { titleShape } from './title-shape.ts';
import { toolCollector } from './tool-collector.ts';

export const AUTOMATION_FILE = 'automation.toml';

/** The file that describes a package's loop, where it is not the usual one. */
export interface AutomationChoice {
  readonly pkg: string;
  readonly name: string;
}

export interface LoadedAutomation {
  readonly config?: AutomationConfig;
  readonly provenance?: Provenance;
  /** What is made of its inputs must stay below `work_root`. */
  readonly taint?: Taint;
  readonly targets: readonly TargetDecl[];
  readonly tools: readonly PackageTool[];
  readonly diagnostics: readonly Diagnostic[];
}

/** The stages of a folder with an `automation.toml`, as far as they can be read, and every fault of its files. */
export function loadAutomation(
  reader: WorkspaceReader,
  pkg: string,
  name = AUTOMATION_FILE,
): LoadedAutomation {
  const file = joinPath(pkg, name);
  const none = { targets: [], tools: [] };
  const badPath = packageNameFault(pkg);
  if (badPath !== undefined) return { ...none, diagnostics: [badPackage(file, badPath)] };
  const { value: config, diagnostics: own } = readToml(reader, file, automationShape);
  if (config === undefined) return { ...none, diagnostics: own };
  const diagnostics = [...own];
  const beside = <T>(text: string | undefined, shape: Shape<T>, at: readonly string[]): T | undefined =>
    text === undefined ? undefined : readBeside({ reader, pkg, file, diagnostics }, text, shape, at);
  const { inputs, reference, outputs } = config;
  const provenance = beside(inputs?.provenance, provenanceShape, ['inputs', 'provenance']);
  const referenceVideo = beside(reference?.reference_video_toml, referenceVideoShape, [
    'reference',
    'reference_video_toml',
  ]);
  const captureVideo = beside(reference?.capture_video_toml, captureVideoShape, [
    'reference',
    'capture_video_toml',
  ]);
  diagnostics.push(...titleFaults(reader, pkg, inputs?.config));
  const isTainted = provenance?.inputs?.some((input) => isProprietary(input, provenance)) === true;
  const taint = isTainted ? { workRoot: workRootOf(pkg, outputs?.work_root ?? '') } : undefined;
  const tools = toolCollector(file, config.tools ?? {});
  const faults: ShapeFault[] = [];
  const targets = expandAutomation({
    root: reader.root,
    pkg,
    file,
    config,
    reference: referenceVideo,
    captureVideo,
    taint,
    tools,
    report: (fault) => faults.push(fault),
    kind: (path) => reader.kind(path),
  });
  diagnostics.push(...otherModes(reader, file, config));
  // What is wrong with the file itself may be why something seems to be missing.
  if (own.length === 0) diagnostics.push(...located(reader, file, faults));
  return {
    config,
    ...(provenance && { provenance }),
    ...(taint && { taint }),
    targets,
    tools: tools.all,
    diagnostics,
  };
}

const workRootOf = (pkg: string, path: string): string => (path.startsWith('/') ? path : joinPath(pkg, path));

interface Beside {
  readonly reader: WorkspaceReader;
  readonly pkg: string;
  readonly file: string;
  readonly diagnostics: Diagnostic[];
}

/** A file that the stages themselves hang on, so that it must be of this workspace. */
function readBeside<T>(
  { reader, pkg, file, diagnostics }: Beside,
  text: string,
  shape: Shape<T>,
  at: readonly string[],
): T | undefined {
  const path = normalize(joinPath(pkg, plainPath(text)));
  const outside = text.startsWith('/') || path.startsWith('..');
  if (!outside && reader.kind(path) === 'file') {
    const { value, diagnostics: found } = readToml(reader, path, shape);
    diagnostics.push(...found);
    return value;
  }
  const span = placeInFile(reader, file, at, 'value');
  const isThere = !outside && reader.kind(path) !== 'missing';
  const message = outside
    ? `${at.join('.')} lies outside the workspace: it says what the stages are, and belongs into it`
    : isThere
      ? `${path} is no plain file of this workspace`
      : `the file ${path} does not exist`;
  const help = isThere
    ? 'name a file that is not a folder, a pipe or a link out of the workspace'
    : FIRST_FILES[at.join('.')];
  diagnostics.push({
    severity: 'error',
    code: 'missing-source',
    message,
    ...(span && { span }),
    ...(!outside && help !== undefined && { help }),
  });
  return undefined;
}

/** No stage of recomp's own hangs on it: it is looked at for its mistakes alone, and only where it is part of the workspace. */
function titleFaults(reader: WorkspaceReader, pkg: string, text: string | undefined): readonly Diagnostic[] {
  const path = normalize(joinPath(pkg, plainPath(text ?? '')));
  const isOurs = text?.endsWith('.toml') === true && !text.startsWith('/') && !path.startsWith('..');
  return isOurs && reader.kind(path) === 'file' ? readToml(reader, path, titleShape).diagnostics : [];
}

/** What a first one of each would hold. */
const FIRST_FILES: Readonly<Record<string, string>> = {
  'inputs.provenance':
    'it has [[inputs]] with path, sha256 (as sha256sum prints it) and format of each input; docs/automation.md shows one',
  'reference.reference_video_toml':
    'it names files of hashes, which may be empty until the first `recomp validate accept`; docs/automation.md shows one',
};

function located(reader: WorkspaceReader, file: string, faults: readonly ShapeFault[]): Diagnostic[] {
  const read = reader.readText(file, MAX_TOML_BYTES);
  return read.ok ? firstFaults(faults, file).map((fault) => shapeDiagnostic(file, read.text, fault)) : [];
}

/** Other modes are described, and that is all there is of them. */
function otherModes(reader: WorkspaceReader, file: string, { policy }: AutomationConfig): Diagnostic[] {
  const mode = policy?.execution_mode ?? 'local';
  if (mode === 'local') return [];
  const span = placeInFile(reader, file, ['policy', 'execution_mode'], 'value');
  return [
    {
      severity: 'error',
      code: 'policy-execution-mode',
      message: `execution_mode "${mode}" needs services that are not there: ${SERVICES[mode].join(', ')}`,
      ...(span && { span }),
      help: 'execution_mode = "local" runs everything on this machine; docs/services.md says what each service would do',
    },
  ];
}

const SHARED = ['a run control plane', 'a shared artifact store', 'a metadata store'];
const SERVICES = { hybrid: SHARED, cloud: [...SHARED, 'a job queue', 'workers'] } as const;

const badPackage = (file: string, problem: string): Diagnostic => ({
  severity: 'error',
  code: 'bad-package-name',
  message: `the folder of ${file} cannot be a package: ${problem}`,
  help: 'rename the folder',
});
