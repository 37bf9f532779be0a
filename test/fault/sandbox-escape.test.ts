import { spawn, spawnSync } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { StagedTool } from '../../src/ports/executor.ts';
import { makeRig, processesWith, type Rig, type Seen, shell } from '../contract/executor-common.ts';

const out = (path: string) => ({ path, tree: false });

/** Both ways in: a root that the slot keeps, and one made for the action alone because it needs mounts. */
const WAYS = ['kept root', 'own root'] as const;

/** Asked of the programs themselves, so that a sandbox that refuses its own trial run does not just skip its tests. */
const POSSIBLE = {
  bubblewrap: ['bwrap', '--unshare-all', '--ro-bind', '/', '/', '--proc', '/proc', 'true'],
  unshare: ['unshare', '-Urmpinuf', '--mount-proc', 'true'],
} as const;

for (const kind of ['bubblewrap', 'unshare'] as const) {
  const rigged = await makeRig(kind);
  it(`${kind} works wherever this machine allows it`, () => {
    const [program, ...args] = POSSIBLE[kind];
    expect(rigged !== undefined).toBe(spawnSync(program, args).status === 0);
  });
  for (const way of WAYS) {
    describe.skipIf(rigged === undefined)(`escape from ${kind}, ${way}`, () => {
      let rig: Rig;
      let server: Server;
      let port = 0;
      let hits = 0;
      beforeAll(async () => {
        if (rigged) rig = rigged;
        server = createServer((_, response) => {
          hits++;
          response.end('host service');
        });
        await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', () => resolve()));
        const address = server.address();
        if (address && typeof address === 'object') port = address.port;
      });
      afterAll(async () => {
        server.close();
        if (way === WAYS[1]) await rigged?.close();
      });

      const act = (
        script: string,
        more: { tools?: readonly StagedTool[]; network?: boolean } = {},
      ): Promise<Seen> => {
        const lib = rig.source('way/lib/x', 'x');
        if (lib.kind !== 'file') throw new Error('a file');
        return rig.run({
          ...shell(script),
          inputs: [
            rig.source('pkg/in.txt', 'input'),
            rig.source('recomp-out/e/dep', 'dependency'),
            ...(way === 'own root'
              ? [{ kind: 'tree', at: 'way', from: join(rig.workspace, 'way') } as const]
              : []),
          ],
          outputs: [out('recomp-out/e/o')],
          ...more,
        });
      };

      it('cannot read the workspace, a home, or another action', async () => {
        rig.source('secret.txt', 'secret');
        const places = [
          rig.workspace,
          rig.root,
          '/root',
          '/home',
          '/dev/shm/recomp-0',
          '/tmp/sbx',
          process.cwd(),
        ];
        const seen = await act(
          `for p in ${places.join(' ')}; do ls $p 2>/dev/null && echo "LEAK $p"; done; cat ${rig.workspace}/secret.txt secret.txt; :`,
        );
        expect(seen.stdout).toBe('');
      });

      it('cannot read host files', async () => {
        const seen = await act(
          'cat /etc/passwd /etc/shadow /etc/hostname /etc/hosts /etc/machine-id /var/log/* /run/* /sys/kernel/* 2>/dev/null; ls -A /etc; :',
        );
        expect(seen.stdout).toBe('alternatives\nld.so.cache\n');
      });

      it('cannot get out by /proc', async () => {
        const seen = await act(
          'for p in /proc/[0-9]*; do ls $p/root/home $p/root/root $p/cwd/../../home; done 2>/dev/null; ls -d /proc/[0-9]* | wc -l; cat /proc/1/environ | tr "\\0" "\\n" | grep -c =; ls /proc/1/root | tr "\\n" " "',
        );
        const [count, , root] = seen.stdout.split('\n');
        expect(Number(count)).toBeLessThan(8);
        expect(root?.trim()).not.toMatch(/home|root|var|srv/);
      });

      it('cannot reach the network', async () => {
        const before = hits;
        const script = `import socket, sys
for target in [("127.0.0.1", ${port}), ("1.1.1.1", 53), ("192.0.2.1", 80)]:
    try:
        socket.create_connection(target, 2); print("LEAK", target)
    except OSError as e: pass
try:
    print("LEAK", socket.getaddrinfo("localhost.localdomain.example.com", 80))
except OSError: pass
print(sorted(n for _, n in socket.if_nameindex()))`;
        const seen = await act(`python3 - <<'X'\n${script}\nX`);
        expect(seen.stdout).toMatch(/^\['lo'(, '[a-z0-9]+0')*\]\n$/);
        expect(hits).toBe(before);
      });

      it('reaches the network only when that was asked for', async () => {
        const before = hits;
        const script = `python3 -c 'import urllib.request; print(urllib.request.urlopen("http://127.0.0.1:${port}").read())'`;
        expect((await act(script, { network: true })).stdout).toContain('host service');
        expect(hits).toBe(before + 1);
        expect((await act(script)).stdout).toBe('');
      });

      it('does not know the host name or the environment of the parent', async () => {
        process.env['RECOMP_TEST_SECRET'] = 'leaked';
        const seen = await act(
          'uname -n; cat /proc/sys/kernel/hostname; env; cat /proc/*/environ 2>/dev/null',
        );
        delete process.env['RECOMP_TEST_SECRET'];
        expect(seen.stdout).toMatch(/^recomp\nrecomp\n/);
        expect(seen.stdout).not.toContain('RECOMP_TEST_SECRET');
        expect(seen.stdout).not.toContain(hostname());
      });

      it('cannot change inputs, the system or its root', async () => {
        const seen = await act(
          'for f in pkg/in.txt pkg/new new recomp-out/e/dep /usr/new /bin/new /etc/new /new /recomp/new /recomp/bin/new /dev/new /usr/bin/env; do (echo x > $f) 2>/dev/null && echo "WROTE $f"; done; rm -rf pkg 2>/dev/null; rm -rf /usr/share/doc 2>/dev/null; mv pkg gone 2>/dev/null; chmod 777 pkg /usr 2>/dev/null && echo CHMOD; cat pkg/in.txt recomp-out/e/dep',
        );
        expect(seen.stdout).toBe('inputdependency');
        expect(existsSync('/usr/new')).toBe(false);
      });

      it('cannot mount, unmount or gain rights, not even in a user namespace of its own', async () => {
        const seen = await act(
          'id -u; grep -E "^Cap(Prm|Eff|Amb)" /proc/self/status; grep NoNewPrivs /proc/self/status; for how in "" "unshare -Urm"; do $how sh -c "umount -l /proc; umount -l /recomp/work; mount -o remount,bind,rw /usr; mount -o remount,bind,rw /recomp/work; mount -t tmpfs x /usr && touch /usr/local-x; : > /usr/new; : > /recomp/work/new" 2>/dev/null; done; ls / /recomp/work; ls -d /proc/[0-9]* | wc -l',
        );
        expect(seen.stdout).toMatch(/^1000\nCapPrm:\s*0+\nCapEff:\s*0+\nCapAmb:\s*0+\nNoNewPrivs:\s*1\n/);
        expect(seen.stdout).not.toMatch(/home|root|var|srv/);
        expect(existsSync('/usr/new')).toBe(false);
        expect(Number(seen.stdout.trim().split('\n').at(-1))).toBeLessThan(8);
      });

      it('leads nobody out by links in outputs', async () => {
        const seen = await act(
          'ln -s /etc/passwd recomp-out/e/o; rm -r recomp-out/e/dep; ln -s / recomp-out/e/root',
        );
        expect(seen.undeclared).toEqual(['recomp-out/e/root']);
        expect(seen.modified).toEqual(['recomp-out/e/dep']);
        expect(existsSync('/etc/passwd')).toBe(true);
        expect(readFileSync(join(rig.workspace, 'recomp-out/e/dep'), 'utf8')).toBe('dependency');
      });

      it('is over when it ends: no daemon outlives it', async () => {
        const mark = `41${process.pid}${way.length}`;
        const seen = await act(
          `sleep ${mark} & (setsid sleep ${mark} &) ; (trap "" HUP TERM INT; nohup setsid sh -c "(sleep ${mark} &) & sleep ${mark}" >/dev/null 2>&1 &); setsid sh -c "while :; do echo late >> recomp-out/e/late-${mark}; done" & sleep 0.1; echo done`,
        );
        expect(seen.stdout).toBe('done\n');
        expect(processesWith(`sleep\0${mark}`)).toEqual([]);
        expect(processesWith(`recomp-out/e/late-${mark}`)).toEqual([]);
      });

      it('cannot see, trace or signal processes of the host', async () => {
        const victim = spawn('/bin/sleep', ['1000']);
        const pid = victim.pid ?? 0;
        const seen = await act(
          `kill -9 ${pid} 2>/dev/null && echo KILLED; kill -9 -1 2>/dev/null; ls -d /proc/${pid} /proc/${process.pid} 2>/dev/null; strace -p ${pid} 2>&1 | grep attached; cat /proc/${pid}/mem 2>/dev/null; echo alive`,
        );
        expect(seen.stdout).toBe('alive\n');
        expect(victim.exitCode).toBeNull();
        expect(victim.signalCode).toBeNull();
        victim.kill('SIGKILL');
        expect((await act('echo still works')).stdout).toBe('still works\n');
      });

      it('leaves nothing behind for the next action', async () => {
        await act(
          'echo x > /tmp/x; echo x > /dev/shm/x; echo x > $HOME/x; echo x > $TMPDIR/.x; mkdir recomp-out/zz; python3 -c "import ctypes; c=ctypes.CDLL(None); print(c.shmget(4242, 4096, 0o1666))"; ipcmk -Q; ipcmk -S 1; :',
        );
        const seen = await act(
          'ls -A /tmp /dev/shm $HOME $TMPDIR | grep -v : | grep .; ls recomp-out; cat /proc/sysvipc/shm /proc/sysvipc/msg /proc/sysvipc/sem | wc -l',
        );
        expect(seen.stdout).toBe('e\n3\n');
      });

      it('sees a tool outside the system, and nothing beside it', async () => {
        writeFileSync(join(rig.root, 'neighbour'), 'private');
        writeFileSync(join(rig.root, 'tool'), '#!/bin/sh\necho tool\n', { mode: 0o755 });
        const tools = [{ name: 'outside', path: join(rig.root, 'tool'), files: [] }];
        const seen = await act(
          `outside; ls ${rig.root}; (echo x > ${rig.root}/tool) 2>/dev/null || echo refused`,
          { tools },
        );
        expect(seen.stdout).toBe('tool\ntool\nrefused\n');
      });

      it('has no descriptor but its own streams', async () => {
        const seen = await act(
          'ls -l /proc/self/fd | grep -v -E " (0|1|2) -> | 3 -> /proc/|^total| -> /dev/null$"',
        );
        expect(seen.stdout).toBe('');
      });
    });
  }
}
