import type { Image } from '../lift/image.ts';

/** The segments' bytes, one behind the other. */
export const imageBytes = (image: Image): Uint8Array => Buffer.concat(image.segments.map((s) => s.content));

export const IMAGE_ASSEMBLY = [
  '  .section .rodata',
  '  .balign 64',
  '  .global recomp_image',
  'recomp_image:',
  '  .incbin "image.bin"',
  '  .balign 64',
  '  .global recomp_ir',
  'recomp_ir:',
  '  .incbin "ir.bin"',
  '  .section .note.GNU-stack, "", %progbits',
  '',
].join('\n');
