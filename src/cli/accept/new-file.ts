export interface NewFile {
  /** Workspace-relative. */
  readonly path: string;
  readonly content: Uint8Array;
}
