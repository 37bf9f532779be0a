// Makes an NRO of the linked ELF: node pack-nro.mjs IN.elf OUT.nro
import { createHash } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';

const PAGE = 0x1000;
const align = (size) => Math.ceil(size / PAGE) * PAGE;
const [source, target] = process.argv.slice(2);
const elf = readFileSync(source);

const segments = [];
const first = Number(elf.readBigUInt64LE(32));
for (let i = 0; i < elf.readUInt16LE(56); i++) {
  const at = first + i * elf.readUInt16LE(54);
  if (elf.readUInt32LE(at) !== 1) continue;
  const [offset, address, , fileSize, memorySize] = [8, 16, 24, 32, 40].map((field) =>
    Number(elf.readBigUInt64LE(at + field)),
  );
  segments.push({ offset, address, fileSize, memorySize });
}
if (segments.length !== 3) throw new Error(`three load segments expected, ${segments.length} found`);

const data = segments[2];
const size = align(data.address + data.fileSize);
const bss = align(data.address + data.memorySize) - size;
const image = Buffer.alloc(size);
for (const s of segments) elf.copy(image, s.address, s.offset, s.offset + s.fileSize);

image.write('NRO0', 0x10, 'latin1');
image.writeUInt32LE(size, 0x18);
segments.forEach((segment, i) => {
  const end = i < 2 ? segments[i + 1].address : size;
  image.writeUInt32LE(segment.address, 0x20 + i * 8);
  image.writeUInt32LE(end - segment.address, 0x24 + i * 8);
});
image.writeUInt32LE(bss, 0x38);
createHash('sha256').update(image).digest().copy(image, 0x40);
writeFileSync(target, image);
