import type { Discovery } from '../lift/discover.ts';
import type { Image } from '../lift/image.ts';
import { makesThreads } from '../lift/makes-threads.ts';
import { symbolOf } from './function.ts';

const hex = (value: number): string => `0x${value.toString(16)}`;

/** What the runtime needs to know of the program: its memory, its entries, how it starts. */
export function printTable(image: Image, discovery: Discovery): string {
  const { module } = image;
  const bss = module.load_address + module.bss.memory_offset;
  return [
    '#include "program.h"',
    '',
    ...discovery.functions.map(
      (f) => `u64 ${symbolOf(f.start)}(S *, u64); extern const char n_${f.start.toString(16)}[];`,
    ),
    '',
    'static const struct entry entries[] = {',
    ...discovery.functions.flatMap((f) =>
      f.entries.map((entry) => `  { ${hex(entry)}u, ${symbolOf(f.start)}, n_${f.start.toString(16)} },`),
    ),
    '};',
    '',
    'static const struct segment segments[] = {',
    ...segmentLines(image),
    '};',
    '',
    'const struct program recomp_program = {',
    `  .personality = PERSONALITY_${module.personality.toUpperCase()},`,
    `  .name = ${JSON.stringify(module.name.replace(/[^\w .-]/g, '_'))},`,
    `  .input_sha256 = ${JSON.stringify(module.input_sha256.replace(/[^\da-f]/g, ''))},`,
    `  .load_address = ${hex(module.load_address)}u, .entry = ${hex(image.entry)}u,`,
    `  .code_start = ${hex(image.codeStart)}u, .code_end = ${hex(image.codeEnd)}u,`,
    `  .bss_address = ${hex(bss)}u, .bss_size = ${hex(module.bss.memory_size)}u,`,
    '  .segments = segments, .segment_count = sizeof segments / sizeof *segments,',
    '  .entries = entries, .entry_count = sizeof entries / sizeof *entries,',
    `  .makes_threads = ${makesThreads(image) ? 1 : 0},`,
    '};',
    '',
  ].join('\n');
}

function segmentLines(image: Image): string[] {
  let offset = 0;
  return image.segments.map(({ segment, address, content }) => {
    const line = `  { ${hex(offset)}u, ${hex(content.length)}u, ${hex(address)}u, ${hex(segment.memory_size)}u, ${segment.permissions.includes('w') ? 1 : 0} }, /* ${segment.name.replace(/[^\w.-]/g, '_')} */`;
    offset += content.length;
    return line;
  });
}
