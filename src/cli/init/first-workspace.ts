import { basename } from 'node:path';
import { schemaHint } from './schema-hint.ts';

export interface NewFile {
  /** Relative to the workspace. */
  readonly path: string;
  readonly text: string;
}

/** The files of a first workspace: what is in them is meant to be read, and to build with a shell alone. */
export function firstWorkspace(folder: string, example: boolean): readonly NewFile[] {
  const config = {
    path: 'recomp.toml',
    text: schemaHint(folder, 'recomp.toml', 'recomp.schema.json') + configText(workspaceName(folder)),
  };
  if (!example) return [config];
  return [
    config,
    { path: 'hello/BUILD.toml', text: schemaHint(folder, 'hello/BUILD.toml', 'build.schema.json') + BUILD },
    { path: 'hello/names.txt', text: 'world\nmoon\nworld\n' },
  ];
}

/** A folder may be called anything. */
function workspaceName(folder: string): string {
  const name = basename(folder)
    .replace(/[^A-Za-z0-9_.+-]+/g, '-')
    .replace(/^[-.+]+/, '')
    .slice(0, 64);
  return name === '' ? 'workspace' : name;
}

const configText = (
  name: string,
): string => `# The root of a recomp workspace. Everything below but the name may be left out.
[workspace]
name = "${name}"
# ignore = ["third_party/**"]   # folders that are never looked into for packages

# [cache]
# max_size = "20GB"             # of the local cache, which all your workspaces share
# remote = "grpc://127.0.0.1:9092"
# remote_mode = "read-only"     # read-write, read-only or off

# [sandbox]
# mode = "required"             # fail where actions cannot be kept to what they declare

# [tools.cc]                    # a program of this machine that targets may name: tools = ["cc"]
# command = "gcc"

# [pools]
# link = 1                      # how many actions of a pool may run at once
`;

const BUILD = `# The targets of this folder. Each says what it reads, what it makes and how; recomp does the rest.

[[target]]
name = "names"
rule = "command"
srcs = ["names.txt"]
outs = ["names.txt"]
shell = "sort -u $SRCS > $OUT"

# A program: \`recomp run //hello\` builds and starts it.
[[target]]
name = "hello"
rule = "command"
deps = [":names"]
outs = ["hello.sh"]
shell = """
echo '#!/bin/sh' > $OUT
while read -r name; do echo "echo 'Hello, $name!'" >> $OUT; done < $DEPS
chmod +x $OUT
"""

# A test: \`recomp test //...\` runs those there are.
[[target]]
name = "hello-test"
rule = "test"
deps = [":hello"]
shell = "$DEPS | grep 'Hello, moon!'"
`;
