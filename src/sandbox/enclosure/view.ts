import { existsSync, lstatSync, readlinkSync } from 'node:fs';
import { EXEC_ROOT, HOME_DIR, TEMP_DIR, TOOLS_DIR } from '../../model/action-environment.ts';
import { OUTPUT_DIR } from '../../model/exec-paths.ts';
import type { SlotPaths } from '../staging/slot-folder.ts';

/** What an action sees, as a list that bubblewrap and the mount script both follow, in order. */
export type ViewEntry =
  | {
      readonly kind: 'bind';
      readonly from: string;
      readonly at: string;
      readonly writable: boolean;
      readonly folder: boolean;
    }
  | { readonly kind: 'link'; readonly at: string; readonly to: string };

export interface View {
  readonly slot: SlotPaths;
  readonly network: boolean;
  /** Host files and folders of tools outside the base system, seen at their own paths. */
  readonly toolFiles: readonly string[];
  /** Inputs that stay where they are; `at` is relative to the execution root. */
  readonly inputs: readonly { readonly from: string; readonly at: string }[];
  /** Folders below the execution root that are writable beside `recomp-out`. */
  readonly writable: readonly string[];
}

export function viewEntries(view: View): ViewEntry[] {
  const { slot } = view;
  return [
    ...baseSystem(),
    ...(view.network ? networkFiles() : []),
    ...view.toolFiles.map((path) => bind(path, path, false)),
    // A tool that lives in the host's /tmp needs a real folder there.
    ...(view.toolFiles.some((f) => f.startsWith('/tmp/')) ? [] : [TMP_LINK]),
    bind(slot.tmp, TEMP_DIR, true),
    bind(slot.home, HOME_DIR, true),
    bind(slot.bin, TOOLS_DIR, false),
    bind(slot.work, EXEC_ROOT, view.writable.includes('')),
    bind(slot.out, `${EXEC_ROOT}/${OUTPUT_DIR}`, true),
    ...view.writable
      .filter((w) => w !== '' && w !== OUTPUT_DIR)
      .map((w) => bind(`${slot.work}/${w}`, `${EXEC_ROOT}/${w}`, true)),
    ...view.inputs.map(({ from, at }) => bind(from, `${EXEC_ROOT}/${at}`, false)),
  ];
}

const TMP_LINK: ViewEntry = { kind: 'link', at: '/tmp', to: TEMP_DIR.slice(1) };

/** Whether a path is visible to every action as part of the base system. */
export const inBaseSystem = (path: string): boolean =>
  /^\/(?:usr|bin|sbin|lib|lib32|lib64|libx32)\//.test(path);

const bind = (from: string, at: string, writable: boolean): ViewEntry => ({
  kind: 'bind',
  from,
  at,
  writable,
  folder: lstatFollowing(from),
});

function lstatFollowing(path: string): boolean {
  try {
    return lstatSync(`${path}/`).isDirectory();
  } catch {
    return false;
  }
}

let base: readonly ViewEntry[] | undefined;

/** What the contract calls the base system; links stay links, as distributions differ in which of these are. */
function baseSystem(): readonly ViewEntry[] {
  base ??= [
    '/usr',
    '/bin',
    '/sbin',
    '/lib',
    '/lib32',
    '/lib64',
    '/libx32',
    '/etc/alternatives',
    '/etc/ld.so.cache',
  ]
    .filter((path) => existsSync(path))
    .map((path) =>
      lstatSync(path).isSymbolicLink()
        ? { kind: 'link', at: path, to: readlinkSync(path) }
        : bind(path, path, false),
    );
  return base;
}

/** What name resolution and TLS need, for actions that may reach the network. */
const networkFiles = (): ViewEntry[] =>
  [
    '/etc/resolv.conf',
    '/etc/hosts',
    '/etc/nsswitch.conf',
    '/etc/services',
    '/etc/protocols',
    '/etc/ssl',
    '/etc/pki',
    '/etc/ca-certificates',
  ]
    .filter((path) => existsSync(path))
    .map((path) => bind(path, path, false));
