declare const __RECOMP_VERSION__: string;
declare const __RECOMP_BUILD__: string;

/** Filled in by the bundler; from source there is nothing to tell builds apart by. */
export const RECOMP_VERSION: string =
  typeof __RECOMP_VERSION__ === 'string' ? __RECOMP_VERSION__ : '0.0.0-source';

/** A digest of recomp's own code: what another build of it has stored is not taken over. */
export const RECOMP_BUILD: string = typeof __RECOMP_BUILD__ === 'string' ? __RECOMP_BUILD__ : 'source';
