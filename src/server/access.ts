import { createHash, timingSafeEqual } from 'node:crypto';
import { err, ok, type Result } from '../base/result.ts';

export type Need = 'read' | 'write';
/** `unknown`: no token, or one that nobody has; `forbidden`: a good one, for something else. */
export type Verdict = 'allowed' | 'unknown' | 'forbidden';

/** Who may do what. Tokens are kept as hashes alone. */
export interface Access {
  /** Whether it is anybody at all: who is not need not be listened to. */
  knows(authorization: string | undefined): boolean;
  /** Results are an instance's; without one, it is about contents, which all share: their names are their hashes. */
  check(authorization: string | undefined, instance: string | undefined, need: Need): Verdict;
}

export interface Grant {
  readonly hash: Buffer;
  readonly need: Need;
  /** Names, or `name/*` for all below; none: every instance. */
  readonly instances: readonly string[];
}

/** Shorter ones can be guessed. */
const MIN_LENGTH = 16;

/** One token a line, the instances that it is for after it; `#` starts a comment. The error never quotes a token. */
export function parseGrants(text: string, need: Need): Result<readonly Grant[], string> {
  const grants: Grant[] = [];
  for (const [i, line] of text.split('\n').entries()) {
    const [token, ...instances] = line
      .replace(/(^|\s)#.*$/, '')
      .split(/\s+/)
      .filter((word) => word !== '');
    if (token === undefined) continue;
    if (token.length < MIN_LENGTH)
      return err(`the token in line ${i + 1} is shorter than ${MIN_LENGTH} characters`);
    grants.push({ hash: hashOf(token), need, instances });
  }
  return ok(grants);
}

/** `anonymous`: what may be done without a token. Whoever may write may read what it wrote. */
export function createAccess(grants: readonly Grant[], anonymous: Need | 'none'): Access {
  const grantsFor = (authorization: string | undefined): readonly Grant[] => {
    const token = tokenIn(authorization);
    return token === undefined ? [] : grantsOf(grants, token);
  };
  return {
    knows: (authorization) => anonymous !== 'none' || grantsFor(authorization).length > 0,
    check(authorization, instance, need) {
      if (anonymous === 'write' || anonymous === need) return 'allowed';
      const held = grantsFor(authorization);
      if (held.length === 0) return 'unknown';
      return held.some((grant) => permits(grant, instance, need)) ? 'allowed' : 'forbidden';
    },
  };
}

/** `Bearer TOKEN`; or the password of `Basic`, for clients that can only put it into a URL. */
function tokenIn(authorization: string | undefined): string | undefined {
  const [scheme = '', value = ''] = (authorization ?? '').trim().split(/\s+/, 2);
  if (scheme.toLowerCase() === 'bearer') return value || undefined;
  if (scheme.toLowerCase() !== 'basic') return undefined;
  const pair = Buffer.from(value, 'base64').toString('utf8');
  const colon = pair.indexOf(':');
  return pair.slice(colon + 1) || pair.slice(0, Math.max(0, colon)) || undefined;
}

/** Each is compared, and in constant time, so that nothing can be learnt from how long it takes. */
function grantsOf(grants: readonly Grant[], token: string): Grant[] {
  const hash = hashOf(token);
  return grants.filter((grant) => timingSafeEqual(grant.hash, hash));
}

function permits(grant: Grant, instance: string | undefined, need: Need): boolean {
  if (need === 'write' && grant.need !== 'write') return false;
  if (instance === undefined) return true;
  return grant.instances.length === 0 || grant.instances.some((pattern) => covers(pattern, instance));
}

const covers = (pattern: string, instance: string): boolean =>
  pattern.endsWith('/*') ? instance.startsWith(pattern.slice(0, -1)) : pattern === instance;

const hashOf = (token: string): Buffer => createHash('sha256').update(token).digest();
