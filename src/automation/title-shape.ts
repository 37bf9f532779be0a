import { mapOf, oneOf, table, text } from '../workspace/shape.ts';

/** What `title.toml` may hold. A lift of the user's own reads it, so that it may hold more than is known here. */
export const titleShape = table(
  'title.toml: how a title is recompiled, for commands of your own.',
  {
    title: text('Its name.'),
    entry: text('Where it begins: the name of a function, or its address.'),
    abi_version: text('The version of the runtime’s interface that is compiled against.'),
    stubs: mapOf(
      'Calls that the runtime answers itself, by name.',
      oneOf('What happens: it is logged, nothing, or the run ends.', ['log', 'noop', 'panic']),
    ),
    runtime: table('Where things lie in memory.', {}, { open: true }),
  },
  { open: true },
);
