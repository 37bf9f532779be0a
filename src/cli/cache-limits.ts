import { hasErrors } from '../base/diagnostic.ts';
import type { CacheLimits } from '../store/eviction.ts';
import { parseSize } from '../workspace/size-syntax.ts';
import { findRoot } from './fast-path.ts';
import { printDiagnostics } from './print.ts';

const HOURS: Readonly<Record<string, number>> = { h: 1, d: 24, w: 168 };

/**
 * What is asked for, else what the workspace says, else the default. A string is what is wrong with the words; undefined:
 * recomp.toml is wrong, which has been said.
 */
export async function readLimits(
  size: string | undefined,
  age: string | undefined,
): Promise<CacheLimits | string | undefined> {
  const maxSizeBytes = size === undefined ? undefined : parseSize(size);
  if (size !== undefined && maxSizeBytes === undefined)
    return `--max-size is a size like 20GB or 512MiB, not "${size}"`;
  const maxAgeDays = age === undefined ? undefined : parseAgeDays(age);
  if (age !== undefined && maxAgeDays === undefined)
    return `--max-age is an age like 30d, 12h or 2w, not "${age}"`;
  const configured = await configuredLimits();
  return (
    configured && {
      ...configured,
      ...(maxSizeBytes === undefined ? {} : { maxSizeBytes }),
      ...(maxAgeDays === undefined ? {} : { maxAgeDays }),
    }
  );
}

/** `30d`, `12h`, `2w`. */
export function parseAgeDays(text: string): number | undefined {
  const match = /^(\d{1,6})([hdw])$/.exec(text);
  const hours = HOURS[match?.[2] ?? ''];
  return match?.[1] === undefined || hours === undefined ? undefined : (Number(match[1]) * hours) / 24;
}

async function configuredLimits(): Promise<CacheLimits | undefined> {
  const { defaultConfig, loadConfig } = await import('../workspace/load-config.ts');
  const root = findRoot(process.cwd());
  if (root === undefined) return defaultConfig('').cache;
  const { createNodeReader } = await import('../workspace/node-reader.ts');
  const { config, diagnostics } = loadConfig(createNodeReader(root));
  await printDiagnostics(diagnostics);
  return hasErrors(diagnostics) ? undefined : config?.cache;
}
