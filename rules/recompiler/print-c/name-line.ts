/**
 * What a function is called stands where it is defined and nowhere else: callers link by address, and the table of
 * entries refers to the text by its address too. So a new name is a change of one shard.
 */
export const nameLine = (address: number, name: string): string =>
  `NAME(${address.toString(16)}, ${JSON.stringify(name)})`;

/** What `nameLine` makes: the address, and the name as a C text. */
export const NAME_LINE = /^NAME\(([\da-f]{1,16}), "([^"\\\n]{0,200})"\)$/gm;
