/* The first instructions of the image. pack-nro.mjs fills in the header that is left empty here. */
  .section .header, "ax"
  .global image_base
  .hidden image_base
image_base:
  b start
  .word mod0 - image_base
  .space 0x78

  .text
start:
  stp x29, x30, [sp, #-16]!
  mov x29, sp
  adrp x0, image_base
  add x0, x0, :lo12:image_base
  adrp x1, _DYNAMIC
  add x1, x1, :lo12:_DYNAMIC
  bl relocate
  bl program
  mov w0, #0
  svc #0x07
  brk #0

  .section .rodata
  .balign 4
mod0:
  .ascii "MOD0"
  .word _DYNAMIC - mod0
  .word bss_start - mod0
  .word bss_end - mod0
  .word 0
  .word 0
  .word 0

  .section .note.GNU-stack, "", %progbits
