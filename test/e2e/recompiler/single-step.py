"""Executes single A64 instructions under Unicorn: an oracle for the instruction fuzzer.

stdin: cases of 800 bytes (word, unused word, x0..x30, sp, nzcv, v0..v31), stdout: results of the same shape
(word 0 executed or 1 undefined, pc relative to the instruction's address as a word, registers), each followed by
the MEMORY bytes. Case i lies at CODE + 16 * i; memory is filled with `i * 37 + (i >> 8) * 11` at the start of each.
"""
import struct
import sys

from unicorn import UC_ARCH_ARM64, UC_MODE_ARM, Uc, UcError
from unicorn import arm64_const as A

CODE, STATE, STUB, MEMORY, MEMORY_SIZE = 0x1000000, 0x100000, 0x110000, 0x200000, 0x1000
SP, NZCV, VECTORS, CASE = 31 * 8, 32 * 8, 34 * 8, 8 + 34 * 8 + 512


def prologue():
    words = [0xD2800000 | (STATE & 0xFFFF) << 5 | 30, 0xF2A00000 | STATE >> 16 << 5 | 30]
    words += [0x3DC00000 | (VECTORS // 16 + n) << 10 | 30 << 5 | n for n in range(32)]
    words += [0xF9400000 | NZCV // 8 << 10 | 30 << 5, 0xD51B4200]
    words += [0xF9400000 | SP // 8 << 10 | 30 << 5, 0x9100001F]
    words += [0xF9400000 | n << 10 | 30 << 5 | n for n in range(31)]
    return words


def epilogue():
    words = [0xD51BD05E, 0xD2800000 | (STATE & 0xFFFF) << 5 | 30, 0xF2A00000 | STATE >> 16 << 5 | 30]
    words += [0xF9000000 | n << 10 | 30 << 5 | n for n in range(30)]
    words += [0xD53BD040, 0xF9000000 | 30 << 10 | 30 << 5]
    words += [0x910003E0, 0xF9000000 | SP // 8 << 10 | 30 << 5]
    words += [0xD53B4200, 0xF9000000 | NZCV // 8 << 10 | 30 << 5]
    words += [0x3D800000 | (VECTORS // 16 + n) << 10 | 30 << 5 | n for n in range(32)]
    return words


def main():
    cases = sys.stdin.buffer.read()
    count = len(cases) // CASE
    uc = Uc(UC_ARCH_ARM64, UC_MODE_ARM)
    uc.mem_map(CODE, (count * 16 + 0x1FFF) & ~0xFFF)
    for base, size in ((STATE, 0x1000), (STUB, 0x1000), (MEMORY, MEMORY_SIZE)):
        uc.mem_map(base, size)
    uc.reg_write(A.UC_ARM64_REG_CPACR_EL1, 3 << 20)
    before = prologue()
    after = epilogue()
    uc.mem_write(STUB, struct.pack(f"<{len(before) + len(after)}I", *before, *after))
    middle, end = STUB + 4 * len(before), STUB + 4 * (len(before) + len(after))
    fresh = bytes((i * 37 + (i >> 8) * 11) & 255 for i in range(MEMORY_SIZE))
    for i in range(count):
        uc.mem_write(CODE + 16 * i, cases[i * CASE : i * CASE + 4])
    out = []
    for i in range(count):
        at = CODE + 16 * i
        uc.mem_write(STATE, cases[i * CASE + 8 : (i + 1) * CASE])
        uc.mem_write(MEMORY, fresh)
        uc.emu_start(STUB, middle)
        try:
            uc.emu_start(at, 0, 0, 1)
            status = 0
        except UcError:
            status = 1
        pc = uc.reg_read(A.UC_ARM64_REG_PC)
        uc.emu_start(middle, end)
        out.append(struct.pack("<Ii", status, max(-(1 << 31), min((1 << 31) - 1, pc - at))))
        out.append(bytes(uc.mem_read(STATE, CASE - 8)))
        out.append(bytes(uc.mem_read(MEMORY, MEMORY_SIZE)))
    sys.stdout.buffer.write(b"".join(out))


main()
