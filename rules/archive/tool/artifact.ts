export interface Artifact {
  readonly name: string;
  readonly path: string;
  readonly sha256: string;
  readonly size: number;
  readonly stage: string;
  readonly role: string;
}
