/** Where a write is refused the system's error names no file: this one is put into it. */
export function namePath(error: unknown, path: string): unknown {
  if (error instanceof Error && 'syscall' in error && !('path' in error)) Object.assign(error, { path });
  return error;
}
