import { cleanLog } from '../terminal-text.ts';

/** Text of others in a page: it can be nothing but text there. */
export const text = (value: string): string =>
  cleanLog(value, false)
    .replace(/[\u200e\u200f\u202a-\u202e\u2066-\u2069]/g, '\ufffd')
    .replace(/&/g, '&amp;')
    .replace(/</g, '&lt;')
    .replace(/>/g, '&gt;')
    .replace(/"/g, '&quot;')
    .replace(/'/g, '&#39;');
