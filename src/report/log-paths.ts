/** Where an action's stream lies within a run's folder. Readable, and different for different actions. */
export function logPath(actionId: string, stream: 'stdout' | 'stderr'): string {
  const readable = actionId
    .replace(/^\/\//, '')
    .replace(/[^A-Za-z0-9._+=,@~-]/g, (c) =>
      c === '/' ? '~s' : c === ':' ? '~c' : `~${c.codePointAt(0)?.toString(16)}`,
    );
  return `logs/${readable.slice(-180)}.${stream}`;
}
