import { type JumpTableEntry, LIMITS } from './entry.ts';
import { addressOf, isRecord, isSize, unknownKey } from './json-values.ts';

/** Where a jump by register goes, or what is wrong with it. */
export function readJumpTable(value: unknown): JumpTableEntry | string | undefined {
  if (value === undefined) return undefined;
  if (!isRecord(value)) return 'jump_table is a table with targets';
  const stranger = Object.keys(value).find((key) => !['targets', 'default', 'register'].includes(key));
  if (stranger !== undefined) return unknownKey(stranger, ['targets', 'default', 'register']);
  const targets = Array.isArray(value['targets']) ? value['targets'].map(addressOf) : [];
  if (targets.length === 0 || targets.length > LIMITS.targets)
    return `jump_table needs 1 to ${LIMITS.targets} targets ("0x…")`;
  const good = targets.filter((target) => target !== undefined);
  const other = value['default'] === undefined ? undefined : addressOf(value['default']);
  const register = value['register'];
  if (good.length < targets.length || (value['default'] !== undefined && other === undefined))
    return 'jump_table: a target that is no address ("0x…")';
  if (register !== undefined && !isSize(register)) return 'jump_table: register is a number';
  return {
    targets: good,
    ...(other === undefined ? {} : { default: other }),
    ...(register === undefined ? {} : { register }),
  };
}
