import type { Sound } from './sound.ts';

/** Integrated loudness as of ITU-R BS.1770-4, in LUFS; undefined where nothing is loud enough to count. */
export function loudness(sound: Sound): number | undefined {
  const blocks = blockPowers(sound);
  const loud = blocks.filter((power) => level(power) > -70);
  if (loud.length === 0) return undefined;
  const gate = level(mean(loud)) - 10;
  const counted = loud.filter((power) => level(power) > gate);
  return level(mean(counted));
}

const level = (power: number): number => -0.691 + 10 * Math.log10(power);
const mean = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0) / values.length;

/** Of each 400 ms, a quarter apart: the weighted channels' mean squares, summed. */
function blockPowers({ rate, channels }: Sound): number[] {
  const step = Math.round(rate / 10);
  const length = channels[0]?.length ?? 0;
  const steps = Math.floor(length / step);
  const sums = new Float64Array(steps);
  channels.forEach((samples, c) => {
    const weight = c === 3 && channels.length > 5 ? 0 : c >= 3 && channels.length >= 5 ? 1.41 : 1;
    weigh(samples, rate, (value, i) => {
      const at = Math.floor(i / step);
      if (at < steps) sums[at] = (sums[at] ?? 0) + weight * value * value;
    });
  });
  const powers: number[] = [];
  for (let i = 0; i + 4 <= steps; i++) powers.push(mean([...sums.subarray(i, i + 4)]) / step);
  // What is shorter than a block is one block.
  if (powers.length === 0 && length > 0)
    powers.push(sums.reduce((a, b) => a + b, 0) / Math.max(1, steps * step));
  return powers;
}

/** The two filters of the standard, one after the other: a shelf for the head, a high pass. */
function weigh(samples: Float32Array, rate: number, visit: (value: number, index: number) => void): void {
  const [shelf, pass] = [biquad(shelfOf(rate)), biquad(passOf(rate))];
  samples.forEach((sample, i) => {
    visit(pass(shelf(sample)), i);
  });
}

type Coefficients = readonly [b0: number, b1: number, b2: number, a1: number, a2: number];

function biquad([b0, b1, b2, a1, a2]: Coefficients): (x: number) => number {
  let [x1, x2, y1, y2] = [0, 0, 0, 0];
  return (x) => {
    const y = b0 * x + b1 * x1 + b2 * x2 - a1 * y1 - a2 * y2;
    [x2, x1, y2, y1] = [x1, x, y1, y];
    return y;
  };
}

/** The standard gives coefficients for 48 kHz only; these analogue values yield them, and those of other rates. */
function shelfOf(rate: number): Coefficients {
  const k = Math.tan((Math.PI * 1681.974450955533) / rate);
  const [gain, q] = [10 ** (3.999843853973347 / 20), 0.7071752369554196];
  const boost = gain ** 0.4996667741545416;
  const a0 = 1 + k / q + k * k;
  return [
    (gain + (boost * k) / q + k * k) / a0,
    (2 * (k * k - gain)) / a0,
    (gain - (boost * k) / q + k * k) / a0,
    (2 * (k * k - 1)) / a0,
    (1 - k / q + k * k) / a0,
  ];
}

function passOf(rate: number): Coefficients {
  const k = Math.tan((Math.PI * 38.13547087602444) / rate);
  const q = 0.5003270373238773;
  const a0 = 1 + k / q + k * k;
  return [1, -2, 1, (2 * (k * k - 1)) / a0, (1 - k / q + k * k) / a0];
}
