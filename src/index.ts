export { RECOMP_VERSION as version } from './base/version.ts';
