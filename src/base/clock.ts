/**
 * Milliseconds since some moment, for durations. Not `performance`: that global loads a module of Node's when it is first
 * touched, which takes longer than a one-file build's action.
 */
export function monotonicMs(): number {
  const [seconds, nanoseconds] = process.hrtime();
  return seconds * 1000 + nanoseconds / 1e6;
}
