import type { Change } from '../script/input-script.ts';
import { bytesAt, putLong, putWord } from './guest-memory.ts';
import { makeHandles } from './horizon-handles.ts';
import { lockCalls } from './horizon-locks.ts';
import { startThreads, threadCalls } from './horizon-threads.ts';
import type { Guest, Personality } from './host.ts';
import { Leave } from './leave.ts';

/** What a run shows, sounds and says, in the shapes of the C runtime's files. */
export interface Recording {
  readonly frames: Uint8Array[];
  readonly audio: Uint8Array[];
  readonly console: Uint8Array[];
}

const STACK_TOP = 0x7000_0000n;
const RETURN_TO_LOADER = STACK_TOP + 0x1000n;
const TICKS_PER_SECOND = 19_200_000n;
const TICKS_PER_FRAME = TICKS_PER_SECOND / 60n;
/** Of the loader's environment. */
const MAIN_THREAD_ENTRY = 1;
const RESULT_INVALID_CALL = 0xf801n;
const FIRST_AXIS = 32;

type Call = (guest: Guest, pc: bigint) => void;

/** The same personality as `runtime/horizon.c`, call by call. */
export function makeHorizon(
  changes: readonly Change[],
  recording: Recording,
  complain: (text: string) => void,
): Personality {
  const handles = makeHandles();
  const ofThreads = { ...threadCalls(handles), ...lockCalls(handles), ...handles.calls };
  const calls: Readonly<Record<number, Call>> = {
    7: () => {
      throw new Leave(0);
    },
    30: (guest) => guest.setX(0, guest.getTick()),
    39: (guest, pc) => {
      recording.console.push(bytesAt(guest, guest.getX(0), guest.getX(1), pc).slice());
      guest.setX(0, 0n);
    },
    32769: (guest, pc) => present(guest, pc, recording),
    32770: (guest, pc) => submitAudio(guest, pc, recording),
    32771: (guest) => readInput(guest, changes),
  };
  return {
    start: (guest) => {
      putWord(guest, STACK_TOP, MAIN_THREAD_ENTRY, 0n);
      putLong(guest, STACK_TOP + 8n, BigInt(startThreads(guest, handles)), 0n);
      guest.setX(31, STACK_TOP);
      guest.setX(0, STACK_TOP);
      guest.setX(1, (1n << 64n) - 1n);
      guest.setX(30, RETURN_TO_LOADER);
    },
    call: (guest, number, pc) => {
      const [known, ofThread] = [calls[number], ofThreads[number]];
      if (known) known(guest, pc);
      else if (ofThread) {
        const result = ofThread(guest, pc);
        if (result !== undefined) guest.setX(0, result);
      } else {
        complain(
          `${guest.facts.name}: supervisor call 0x${number.toString(16)} at 0x${pc.toString(16)} is not implemented`,
        );
        guest.setX(0, RESULT_INVALID_CALL);
      }
      guest.threads.giveWay();
    },
  };
}

function present(guest: Guest, pc: bigint, recording: Recording): void {
  const [width, height, stride] = [guest.getX(1), guest.getX(2), guest.getX(3)];
  if (!width || !height || width > 8192n || height > 8192n || stride < width * 4n || stride > 65536n)
    throw new Leave(70, `present at 0x${pc.toString(16)}: no picture has that size`);
  const pixels = bytesAt(guest, guest.getX(0), stride * height, pc);
  const row = Number(width) * 4;
  const frame = Buffer.alloc(16 + row * Number(height));
  frame.writeUInt32LE(Number(width), 0);
  frame.writeUInt32LE(Number(height), 4);
  frame.writeBigUInt64LE(guest.getTick(), 8);
  for (let y = 0; y < Number(height); y++)
    frame.set(pixels.subarray(y * Number(stride), y * Number(stride) + row), 16 + y * row);
  recording.frames.push(frame);
  const tick = guest.getTick();
  guest.threads.waitFor({ kind: 'time', until: tick + TICKS_PER_FRAME - (tick % TICKS_PER_FRAME) });
}

function submitAudio(guest: Guest, pc: bigint, recording: Recording): void {
  const count = guest.getX(1);
  if (count > 48000n) throw new Leave(70, `audio at 0x${pc.toString(16)}: more than a second at once`);
  recording.audio.push(bytesAt(guest, guest.getX(0), count * 4n, pc).slice());
  guest.setX(0, 0n);
}

function readInput(guest: Guest, changes: readonly Change[]): void {
  let buttons = 0;
  let sticks = 0n;
  for (const { tick, control, value } of changes) {
    if (BigInt(tick) > guest.getTick()) break;
    if (control >= FIRST_AXIS) {
      const shift = BigInt(16 * (control - FIRST_AXIS));
      sticks = (sticks & ~(0xffffn << shift)) | (BigInt.asUintN(16, BigInt(value)) << shift);
    } else buttons = value ? buttons | (1 << control) : buttons & ~(1 << control);
  }
  guest.setX(0, 0n);
  guest.setX(1, BigInt(buttons >>> 0));
  guest.setX(2, sticks);
}
