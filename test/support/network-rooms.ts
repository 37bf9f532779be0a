import { type ChildProcess, execFileSync, spawn, spawnSync } from 'node:child_process';
import { createInterface } from 'node:readline';

export interface NetworkRoom {
  /** Put before a command, it runs there. */
  readonly enter: readonly string[];
  readonly address: string;
}

/** Two networks that see each other and nothing else. No names are left behind: they end with their processes. */
export async function twoRooms(): Promise<{
  readonly rooms: readonly [NetworkRoom, NetworkRoom];
  close(): void;
}> {
  const [one, two] = [await hold(), await hold()];
  const rooms: readonly [NetworkRoom, NetworkRoom] = [room(one, '10.231.7.1'), room(two, '10.231.7.2')];
  const inside = ({ enter }: NetworkRoom, words: readonly string[]): void => {
    const [program = '', ...rest] = [...enter, ...words];
    execFileSync(program, rest);
  };
  const pair = [
    'ip',
    'link',
    'add',
    'there',
    'type',
    'veth',
    'peer',
    'name',
    'there',
    'netns',
    String(two.pid),
  ];
  inside(rooms[0], pair);
  for (const each of rooms) {
    inside(each, ['ip', 'link', 'set', 'lo', 'up']);
    inside(each, ['ip', 'addr', 'add', `${each.address}/30`, 'dev', 'there']);
    inside(each, ['ip', 'link', 'set', 'there', 'up']);
  }
  return {
    rooms,
    close: () => {
      for (const holder of [one, two]) holder.kill('SIGKILL');
    },
  };
}

const room = ({ pid }: ChildProcess, address: string): NetworkRoom => ({
  enter: ['nsenter', '--net', '--target', String(pid), '--'],
  address,
});

/** A process that keeps a network of its own until it is ended; its input is ours, so that it never outlives us. */
async function hold(): Promise<ChildProcess> {
  const child = spawn('unshare', ['--net', 'sh', '-c', 'echo ready; exec cat'], {
    stdio: ['pipe', 'pipe', 'ignore'],
  });
  await createInterface(child.stdout)[Symbol.asyncIterator]().next();
  return child;
}

/** Why there can be none on this machine; undefined: there can. */
export function whyNoRooms(): string | undefined {
  if (process.getuid?.() !== 0) return 'not root';
  const tried = spawnSync(
    'unshare',
    ['--net', 'ip', 'link', 'add', 'one', 'type', 'veth', 'peer', 'name', 'other'],
    {
      encoding: 'utf8',
    },
  );
  return tried.status === 0 ? undefined : 'no network namespaces with veth, or no ip';
}
