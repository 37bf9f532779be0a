const isTable = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** Every key of a schema by its path, in its order. */
export function keysOf(schema: unknown, path = ''): string[] {
  const properties = isTable(schema) ? schema['properties'] : undefined;
  if (!isTable(properties)) return [];
  return Object.entries(properties).flatMap(([key, member]) => {
    const at = path === '' ? key : `${path}.${key}`;
    const items = isTable(member) ? member['items'] : undefined;
    return [at, ...keysOf(member, at), ...keysOf(items, `${at}[]`)];
  });
}
