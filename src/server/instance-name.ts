/** Words that stand for something else in names of resources, and so cannot be a part of an instance's. */
const RESERVED = new Set(['blobs', 'compressed-blobs', 'uploads', 'ac', 'cas']);
const MAX_LENGTH = 256;
const STEP = /^[\w.+:@=-]+$/;

/** Instances keep results apart: `main`, `pr/17`. The empty one is the default. Nothing on disk is ever named like them. */
export const isInstanceName = (name: string): boolean =>
  name === '' || (name.length <= MAX_LENGTH && name.split('/').every(isStep));

const isStep = (step: string): boolean =>
  STEP.test(step) && step !== '.' && step !== '..' && !RESERVED.has(step);
