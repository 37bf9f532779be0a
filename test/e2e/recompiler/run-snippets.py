"""Runs the fuzzer's cases under Unicorn: run-snippets.py CASES CODE_STRIDE STATE_STRIDE < image > states

stdin: all code, then all state. A case that the emulator refuses is marked in its state's first word.
"""
import sys

from unicorn import UC_ARCH_ARM64, UC_MODE_ARM, Uc, UcError
from unicorn import arm64_const as A

CODE, STATE = 0x10000000, 0x40000000


def main(count, code_stride, state_stride):
    image = sys.stdin.buffer.read()
    code, state = image[: count * code_stride], image[count * code_stride :]
    uc = Uc(UC_ARCH_ARM64, UC_MODE_ARM)
    uc.ctl_set_cpu_model(A.UC_CPU_ARM64_MAX)
    for base, content in ((CODE, code), (STATE, state)):
        uc.mem_map(base, (len(content) + 0x1FFF) & ~0xFFF)
        uc.mem_write(base, content)
    uc.reg_write(A.UC_ARM64_REG_CPACR_EL1, 3 << 20)
    at, end = CODE, CODE + count * code_stride
    while at < end:
        try:
            uc.emu_start(at, end)
            at = end
        except UcError:
            case = (uc.reg_read(A.UC_ARM64_REG_PC) - CODE) // code_stride
            uc.mem_write(STATE + case * state_stride, b"\1\0\0\0")
            at = CODE + (case + 1) * code_stride
    sys.stdout.buffer.write(bytes(uc.mem_read(STATE, count * state_stride)))


main(*(int(argument) for argument in sys.argv[1:]))
