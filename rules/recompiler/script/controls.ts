/** Controls in the order of the console's button bits, then the sticks' axes; the index is what the runtime knows. */
const BUTTONS = [
  'A', 'B', 'X', 'Y', 'STICK_L', 'STICK_R', 'L', 'R', 'ZL', 'ZR', 'PLUS', 'MINUS', 'LEFT', 'UP', 'RIGHT', 'DOWN',
] as const; // biome-ignore format: a list
const AXES = ['LX', 'LY', 'RX', 'RY'] as const;
const FIRST_AXIS = 32;

export interface Control {
  readonly index: number;
  readonly low: number;
  readonly high: number;
}

const BUTTON_NAMES: readonly string[] = BUTTONS;
const AXIS_NAMES: readonly string[] = AXES;

export const CONTROL_NAMES: readonly string[] = [...BUTTONS, ...AXES];

export function findControl(name: string): Control | undefined {
  const wanted = name.toUpperCase();
  const button = BUTTON_NAMES.indexOf(wanted);
  if (button >= 0) return { index: button, low: 0, high: 1 };
  const axis = AXIS_NAMES.indexOf(wanted);
  return axis >= 0 ? { index: FIRST_AXIS + axis, low: -32767, high: 32767 } : undefined;
}
