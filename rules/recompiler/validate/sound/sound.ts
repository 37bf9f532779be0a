/** Samples from -1 to 1, channel by channel. */
export interface Sound {
  readonly rate: number;
  readonly channels: readonly Float32Array[];
}

const MAX_CHANNELS = 8;

/** Interleaved signed 16-bit samples, little-endian: `audio.raw` of a capture. */
export function soundOfRaw(bytes: Uint8Array, channels: number, rate: number): Sound {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const length = Math.floor(bytes.length / 2 / channels);
  return {
    rate,
    channels: Array.from({ length: channels }, (_, c) =>
      Float32Array.from({ length }, (_, i) => view.getInt16((i * channels + c) * 2, true) / 32768),
    ),
  };
}

export const isWav = (bytes: Uint8Array): boolean => tag(bytes, 0) === 'RIFF' && tag(bytes, 8) === 'WAVE';

/** A WAV file of 16-bit samples, which is what video tools extract; undefined: another kind of WAV. */
export function soundOfWav(bytes: Uint8Array): Sound | undefined {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let format: { channels: number; rate: number } | undefined;
  for (let at = 12; at + 8 <= bytes.length; ) {
    const size = Math.min(view.getUint32(at + 4, true), bytes.length - at - 8);
    if (tag(bytes, at) === 'fmt ' && size >= 16) {
      const channels = view.getUint16(at + 10, true);
      const rate = view.getUint32(at + 12, true);
      const kind = view.getUint16(at + 8, true);
      const plain = (kind === 1 || kind === 0xfffe) && view.getUint16(at + 22, true) === 16;
      if (!plain || channels < 1 || channels > MAX_CHANNELS || rate < 8000 || rate > 192_000)
        return undefined;
      format = { channels, rate };
    }
    if (tag(bytes, at) === 'data' && format !== undefined)
      return soundOfRaw(bytes.subarray(at + 8, at + 8 + size), format.channels, format.rate);
    at += 8 + size + (size & 1);
  }
  return undefined;
}

const tag = (bytes: Uint8Array, at: number): string =>
  Buffer.from(bytes.subarray(at, at + 4)).toString('latin1');
