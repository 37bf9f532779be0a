import { compileGlob } from './glob.ts';
import { hasControl } from './safe-path.ts';
import { integer, list, mapOf, oneOf, table, text } from './shape.ts';
import { parseSize } from './size-syntax.ts';

const NAME = /^[A-Za-z0-9_][A-Za-z0-9_.+-]{0,127}$/;
const REMOTE = /^(?:grpcs?|https?|s3):\/\/[^\s]+$/;

const workspaceName = (name: string): string | undefined =>
  NAME.test(name) ? undefined : 'a workspace name is made of letters, digits, `_`, `-`, `.` and `+`';

export const toolName = (name: string): string | undefined =>
  NAME.test(name) ? undefined : 'a name here is made of letters, digits, `_`, `-`, `.` and `+`';

const ignoreGlob = (glob: string): string | undefined => {
  const compiled = compileGlob(glob);
  return compiled.ok ? undefined : compiled.error;
};

const cleanText = (value: string): string | undefined =>
  value === '' ? 'must not be empty' : hasControl(value) ? 'must not hold control characters' : undefined;

const size = (value: string): string | undefined =>
  parseSize(value) === undefined ? 'expected a size like "20GB", "512MB" or "1.5GiB"' : undefined;

const remote = (value: string): string | undefined =>
  REMOTE.test(value)
    ? undefined
    : 'expected grpc://, grpcs://, http://, https:// or s3://, then host or bucket';

/** The words that the protocols use in the same places. */
const NOT_SCOPES = ['blobs', 'uploads', 'compressed-blobs', 'ac', 'cas', 'operations', 'actions'];

const scope = (name: string): string | undefined =>
  !/^[A-Za-z0-9_][A-Za-z0-9_.-]{0,99}$/.test(name) || NOT_SCOPES.includes(name)
    ? 'a scope is named by letters, digits, `_`, `-` and `.`, and not like a word of the protocols'
    : undefined;

const executor = (value: string): string | undefined =>
  /^grpcs?:\/\/[^\s]+$/.test(value) ? undefined : 'expected grpc:// or grpcs://, then host:port';

const signerKey = (value: string): string | undefined =>
  /^[A-Za-z0-9+/]{43}=$/.test(value) ? undefined : 'expected 32 bytes in base64 (44 characters)';

const tool = table(
  'A program of this machine that targets may name; its identity is part of the keys of those that do.',
  {
    command: text('The program: a name to be found on PATH, or an absolute path.', cleanText),
    version_args: list(
      'Arguments that make it print its version. Default: ["--version"].',
      text('An argument.'),
    ),
    files: list('More files that make its identity, absolute.', text('An absolute path.', absolutePath)),
  },
  { required: ['command'] },
);

function absolutePath(value: string): string | undefined {
  return value.startsWith('/') ? cleanText(value) : 'expected an absolute path';
}

const platformName = (name: string): string | undefined => cleanText(name);

/** What `recomp.toml` may hold. */
export const configShape = table(
  'recomp.toml: marks the root of a workspace.',
  {
    workspace: table('The workspace itself.', {
      name: text("The workspace's name. Default: the name of its folder.", workspaceName),
      ignore: list('Folders that are never looked into for packages.', text('A glob.', ignoreGlob)),
    }),
    cache: table('Where results are kept.', {
      max_size: text('The bound of the local cache. Default: "20GB".', size),
      max_age_days: integer('Entries that were not used for so many days are dropped first.', 1, 36500),
      remote: text('A shared cache: grpc(s)://, http(s):// or s3://. Absent: none.', remote),
      remote_mode: oneOf('What the shared cache is used for. Default: "read-write".', [
        'read-write',
        'read-only',
        'off',
      ]),
      remote_scope: text(
        'The part of the shared cache that results are written to. Default: the plain one.',
        scope,
      ),
      remote_trust: list(
        'The parts that results are read from, the first that has one wins. Default: the one written to.',
        text('A scope.', scope),
      ),
      signers: mapOf(
        'Who may vouch for results, by name: Ed25519 public keys of 32 bytes in base64. With any, unsigned results are misses.',
        text('A public key.', signerKey),
        toolName,
      ),
      credential_helper: text(
        'A program that is asked for credentials, as Bazel asks: on PATH, or an absolute path.',
        cleanText,
      ),
      remote_compression: oneOf(
        'Whether contents travel compressed (zstd) where this Node (22.15 or newer) and the server can. `auto`: unless the server is this machine. Default: "auto".',
        ['auto', 'always', 'off'],
      ),
      upload_wait_seconds: integer(
        'How long a finished build waits for what it still uploads. Default: 60.',
        0,
        86_400,
      ),
    }),
    remote: table('Where actions run, if not here alone.', {
      executor: text('A cluster that runs actions: grpc(s)://host:port/instance. Absent: none.', executor),
      strategy: oneOf(
        '`auto`: there, and here what cannot run there. `remote`: there or not at all. `race`: both, the first that ends counts. `local`: here. Default: "auto".',
        ['auto', 'remote', 'race', 'local'],
      ),
      jobs: integer('How many actions may be there at once. Default: 64.', 1, 10_000),
      queue_wait_seconds: integer(
        'How long the queue there may stand still before what waits in it runs here, where it may. Default: 60.',
        1,
        86_400,
      ),
      platform: mapOf(
        'What every action asks of the machine that runs it, as the cluster knows it; a target may ask for more. Part of every key.',
        text('A value.', cleanText),
        platformName,
      ),
    }),
    sandbox: table('How actions are kept to what they declare.', {
      mode: oneOf(
        '`auto`: the best this machine can do. `required`: fail without namespaces. Default: "auto".',
        ['auto', 'required', 'off'],
      ),
      base_id: text('Stands for the identity of the base system in every key.', cleanText),
    }),
    rules: table('Rule packages: trusted code.', {
      use: list(
        'Rule packages, in this order.',
        text('A path (./rules.mjs) or the name of an installed package.', cleanText),
      ),
    }),
    tools: mapOf('Host tools by the name they have in actions.', tool, toolName),
    pools: mapOf(
      'Named capacities: how many actions of a pool may run at once.',
      integer('How many.', 1, 10_000),
      toolName,
    ),
  },
  {},
);
