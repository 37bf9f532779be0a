// Rewrites runtime/operators.h after a change of the operator table.
import { writeFileSync } from 'node:fs';
import { printOperators } from '../bytecode/print-operators.ts';

writeFileSync(new URL('../runtime/operators.h', import.meta.url), printOperators());
