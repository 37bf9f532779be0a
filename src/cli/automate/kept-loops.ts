import { AUTOMATION_FILE } from '../../automation/load-automation.ts';
import { readProprietary, writeProprietary } from '../proprietary-record.ts';

/**
 * Loops whose files are not called as usual are found by nobody who looks: their names outlive that everything else is forgotten.
 * To be called before; the answer, afterwards.
 */
export function keptLoops(stateDir: string): () => void {
  const { loops = [] } = readProprietary(stateDir) ?? {};
  return () => {
    if (loops.some(({ name }) => name !== AUTOMATION_FILE)) writeProprietary(stateDir, { loops, inputs: [] });
  };
}
