export interface FaceLimits {
  readonly maxConnections: number;
}
