"""Runs an NRO under Unicorn with the recomp test device: the second opinion on what first-light draws and sounds.

python3 emulate.py PROGRAM.nro INPUT.changes OUT: writes frames.hashes, audio.hashes and console.log to OUT.
"""
import hashlib
import struct
import sys

from unicorn import UC_ARCH_ARM64, UC_HOOK_INTR, UC_MODE_ARM, Uc
from unicorn import arm64_const as A

BASE, STACK_TOP, RETURN = 0x8000000, 0x70000000, 0x70001000
TICKS_PER_FRAME = 320000


def main(program, changes, out):
    image = open(program, "rb").read()
    size, bss = struct.unpack_from("<I", image, 0x18)[0], struct.unpack_from("<I", image, 0x38)[0]
    script = [tuple(int(n) for n in line.split()) for line in open(changes)]
    uc = Uc(UC_ARCH_ARM64, UC_MODE_ARM)
    uc.mem_map(BASE, (size + bss + 0xFFF) & ~0xFFF)
    uc.mem_write(BASE, image[:size])
    uc.mem_map(STACK_TOP - 0x100000, 0x102000)
    uc.reg_write(A.UC_ARM64_REG_CPACR_EL1, 3 << 20)
    uc.reg_write(A.UC_ARM64_REG_SP, STACK_TOP)
    uc.reg_write(A.UC_ARM64_REG_X0, STACK_TOP)
    uc.reg_write(A.UC_ARM64_REG_X1, (1 << 64) - 1)
    uc.reg_write(A.UC_ARM64_REG_LR, RETURN)
    frames, audio, console = [], [], []
    state = {"tick": 0}

    def x(n):
        return uc.reg_read(A.UC_ARM64_REG_X0 + n)

    def set_x(n, value):
        uc.reg_write(A.UC_ARM64_REG_X0 + n, value)

    def buttons():
        held = 0
        for tick, control, value in script:
            if tick <= state["tick"] and control < 32:
                held = held | 1 << control if value else held & ~(1 << control)
        return held

    def on_interrupt(uc, number, _):
        pc = uc.reg_read(A.UC_ARM64_REG_PC)
        call = struct.unpack("<I", uc.mem_read(pc - 4, 4))[0] >> 5 & 0xFFFF
        if call == 0x07:
            return uc.emu_stop()
        if call == 0x1E:
            return set_x(0, state["tick"])
        if call == 0x27:
            console.append(bytes(uc.mem_read(x(0), x(1))))
        elif call == 0x8001:
            width, height, stride = x(1), x(2), x(3)
            pixels = b"".join(bytes(uc.mem_read(x(0) + row * stride, width * 4)) for row in range(height))
            frames.append(f"{width}x{height}:{hashlib.sha256(pixels).hexdigest()}")
            state["tick"] += TICKS_PER_FRAME - state["tick"] % TICKS_PER_FRAME
        elif call == 0x8002:
            audio.append(hashlib.sha256(bytes(uc.mem_read(x(0), x(1) * 4))).hexdigest())
        elif call == 0x8003:
            set_x(1, buttons())
            set_x(2, 0)
        else:
            raise SystemExit(f"supervisor call 0x{call:x} at 0x{pc - 4:x}")
        set_x(0, 0)

    uc.hook_add(UC_HOOK_INTR, on_interrupt)
    uc.emu_start(BASE, RETURN)
    for name, lines in (("frames.hashes", frames), ("audio.hashes", audio)):
        with open(f"{out}/{name}", "w") as file:
            file.writelines(line + "\n" for line in lines)
    with open(f"{out}/console.log", "wb") as file:
        file.writelines(line + b"\n" for line in console)


main(*sys.argv[1:])
