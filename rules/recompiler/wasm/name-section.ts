import type { NamedReport } from '../apply-names/name-report.ts';
import * as E from './encoding.ts';

/** What the runner says in its messages: a function's start and its name, in the order of addresses. */
export const NAMES_SECTION = 'recomp.names';

export const placeSection = ({ listing }: NamedReport): Uint8Array => {
  const places = listing.map(({ address, name = '' }) => [address, name]);
  return E.section(0, [E.bytes(E.text(NAMES_SECTION)), Buffer.from(JSON.stringify(places))]);
};

/** The standard's own place for names: engines show them in stack traces. A module may end with it. */
export function nameSection({ listing, firstFunction }: NamedReport): Uint8Array {
  const named = listing.flatMap(({ name }, i) =>
    name === undefined ? [] : [E.bytes([...E.unsigned(firstFunction + i), ...E.text(name)])],
  );
  const names = E.section(1, [E.bytes(E.unsigned(named.length)), ...named]);
  return E.section(0, [E.bytes(E.text('name')), names]);
}
