/** A target's full name, always spelled `//package:name`; the root package is `//:name`. */
export type Label = string & { readonly __brand: 'Label' };

const brand = (text: string): text is Label => text.startsWith('//');

/** Joins parts that are already known to be good; anything a person typed goes through the label parser. */
export function makeLabel(pkg: string, name: string): Label {
  const text = `//${pkg}:${name}`;
  if (!brand(text)) throw new Error(`not a label: ${text}`);
  return text;
}

export const labelPackage = (label: Label): string => label.slice(2, label.lastIndexOf(':'));

export const labelName = (label: Label): string => label.slice(label.lastIndexOf(':') + 1);
