import type { Sound } from './sound.ts';

/** The highest point of the wave between the samples too, in dBTP, as of ITU-R BS.1770-4, annex 2; undefined: silence. */
export function truePeak({ channels }: Sound): number | undefined {
  const peak = channels.reduce((most, samples) => Math.max(most, peakOf(samples)), 0);
  return peak === 0 ? undefined : 20 * Math.log10(peak);
}

/** Two of the four phases of the standard's filter; the others are these read backwards. */
const PHASES = [
  [
    0.001708984375, 0.010986328125, -0.0196533203125, 0.033203125, -0.0594482421875, 0.1373291015625,
    0.97216796875, -0.102294921875, 0.047607421875, -0.026611328125, 0.014892578125, -0.00830078125,
  ],
  [
    -0.0291748046875, 0.029296875, -0.0517578125, 0.089111328125, -0.16650390625, 0.465087890625,
    0.77978515625, -0.2003173828125, 0.1015625, -0.0582275390625, 0.0330810546875, -0.0189208984375,
  ],
];
const FILTERS = [...PHASES, ...PHASES.map((phase) => phase.toReversed())];
const TAPS = 12;

function peakOf(samples: Float32Array): number {
  let peak = 0;
  for (let i = 0; i < samples.length + TAPS; i++) {
    peak = Math.max(peak, Math.abs(samples[i] ?? 0));
    for (const filter of FILTERS) {
      let sum = 0;
      for (let tap = 0; tap < TAPS; tap++) sum += (filter[tap] ?? 0) * (samples[i - tap] ?? 0);
      peak = Math.max(peak, Math.abs(sum));
    }
  }
  return peak;
}
