/**
 * Whether a link inside a directory output stays inside it wherever that directory is put. `..` is taken only at the
 * front of the target: after a name it could follow another link first, and then lead anywhere.
 */
export function linkStaysInside(path: string, target: string): boolean {
  if (target === '' || target.startsWith('/') || target.includes('\0')) return false;
  const steps = target.split('/').filter((step) => step !== '' && step !== '.');
  const firstName = steps.findIndex((step) => step !== '..');
  const up = firstName < 0 ? steps.length : firstName;
  const depth = path.split('/').length - 1;
  return up <= depth && !steps.includes('..', up);
}
