import type { Findings } from '../judge/findings.ts';
import type { ValidationReport } from '../report.ts';
import type { Timeline } from '../settings/video-config.ts';
export const validationPage = (report: ValidationReport, _f: Findings, _e: Timeline['events']): string => `<!doctype html><title>${report.name}</title>`;
