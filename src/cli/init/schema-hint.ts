import { existsSync, realpathSync } from 'node:fs';
import { dirname, join, relative, sep } from 'node:path';
import { fileURLToPath } from 'node:url';

/**
 * A first line that tells editors where the schema of a file is. Only when recomp lies in the workspace itself: any other path
 * would be true on this machine alone, and the file is meant to be shared.
 */
export function schemaHint(
  workspace: string,
  file: string,
  schema: string,
  schemas = shippedSchemas(),
): string {
  const path = join(schemas, schema);
  if (!existsSync(path)) return '';
  const root = existsSync(workspace) ? realpathSync(workspace) : workspace;
  if (!path.startsWith(`${root}${sep}`)) return '';
  const from = relative(dirname(join(root, file)), path);
  return `#:schema ${from.startsWith('.') ? from : `./${from}`}\n`;
}

/** Beside the bundle's own folder. */
function shippedSchemas(): string {
  return fileURLToPath(new URL('../schemas', import.meta.url));
}
