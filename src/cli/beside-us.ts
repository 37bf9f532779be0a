import { existsSync } from 'node:fs';

/** A file of the bundle's own folder; from source (tests), of the built one. */
export function besideUs(name: string): URL {
  const near = new URL(name, import.meta.url);
  return existsSync(near) ? near : new URL(`../../dist/${name}`, import.meta.url);
}
