import type { Label } from '../model/label.ts';

/** Where an action's stream lies within a run's folder. Readable, and different for different actions. */
export const logPath = (actionId: string, stream: 'stdout' | 'stderr'): string =>
  `logs/${readable(actionId)}.${stream}`;

/** Where that of a whole stage lies. */
export const stageLogPath = (label: Label): string => `logs/${readable(label)}.log`;

function readable(id: string): string {
  const name = id
    .replace(/^\/\//, '')
    .replace(/[^A-Za-z0-9._+=,@~-]/g, (c) =>
      c === '/' ? '~s' : c === ':' ? '~c' : `~${c.codePointAt(0)?.toString(16)}`,
    );
  return name.slice(-180);
}
