import type { Dep, RuleContext, Shape, z } from '../../src/rule-api/index.ts';
import type { liftProvider } from '../homebrew-lift/provider.ts';

/** What a backend declares with. */
export type BackendContext = Pick<
  RuleContext<Shape>,
  'action' | 'name' | 'output' | 'packageFile' | 'template' | 'tool'
>;

export interface LiftInput {
  readonly dep: Dep;
  readonly value: z.output<typeof liftProvider>;
}
