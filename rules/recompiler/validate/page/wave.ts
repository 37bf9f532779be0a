import type { Side } from '../side/side.ts';

/** Of each chunk its loudest sample, from 0 to 100; undefined: there are no samples. */
export function waveOf({ audio, chunkSizes, sound }: Side): readonly number[] | undefined {
  const [first] = sound?.channels ?? [];
  if (sound === undefined || first === undefined || audio === undefined || audio.length === 0)
    return undefined;
  const bytes = chunkSizes ?? audio.map(() => 1);
  const total = bytes.reduce((a, b) => a + b, 0);
  let done = 0;
  return bytes.map((size) => {
    const from = Math.floor((done / total) * first.length);
    done += size;
    const to = Math.floor((done / total) * first.length);
    return Math.round(
      100 * Math.min(1, Math.max(...sound.channels.map((samples) => peak(samples, from, to)))),
    );
  });
}

function peak(samples: Float32Array, from: number, to: number): number {
  let most = 0;
  for (let i = from; i < to; i++) most = Math.max(most, Math.abs(samples[i] ?? 0));
  return most;
}
