import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Caretaker } from './caretaker.ts';
import { output } from './output.ts';
import { type DaemonPlaces, PrivateDaemon } from './private-daemon.ts';
import { runcWithinOwnRights } from './runc-within-rights.ts';
import type { Availability } from './types.ts';
import { installed } from './version.ts';

/** How a daemon is spoken to, and what a run line needs there. */
export interface DockerClient {
  readonly command: readonly string[];
  readonly options: (asked: readonly string[]) => readonly string[];
}

const client = ({ socket }: DaemonPlaces): readonly string[] => ['docker', '--host', `unix://${socket}`];

const daemon = new PrivateDaemon({
  name: 'dockerd',
  command: (places) => {
    writeFileSync(join(places.folder, 'daemon.json'), JSON.stringify(configuration(places)));
    return ['dockerd', `--config-file=${join(places.folder, 'daemon.json')}`];
  },
  answers: (places) =>
    output([...client(places), 'version', '--format', '{{.Server.Version}}']).then(
      () => true,
      () => false,
    ),
});

/** A Docker of our own where none answers: no network, no rule of a firewall, no setting of the host. */
export const DOCKERD = {
  async available(runtime?: string): Promise<Availability> {
    const found = await installed(['dockerd', '--version'], 'apt-get install docker.io');
    if (!found.available) return found;
    if (process.getuid?.() !== 0) {
      return { available: false, why: 'a daemon of our own needs root', enable: 'sudo systemctl start docker' };
    }
    if (runtime === undefined) return found;
    const other = await installed([runtime, '--version'], `apt-get install ${runtime}`);
    return other.available ? { available: true, version: `${found.version}, ${runtime} ${other.version}` } : other;
  },
  async client(caretaker: Caretaker): Promise<DockerClient> {
    const places = await daemon.hold(caretaker);
    return {
      command: client(places),
      // It has no bridge.
      options: (asked) => (asked.some((word) => /^--net(work)?\b/.test(word)) ? [] : ['--network=none']),
    };
  },
};

/** https://docs.docker.com/reference/cli/dockerd/#daemon-configuration-file; the path of the key is read up to 23.0 (daemon/config/config.go). */
function configuration({ folder, socket, groups }: DaemonPlaces): object {
  const within = runcWithinOwnRights(folder);
  return {
    hosts: [`unix://${socket}`],
    'data-root': join(folder, 'data'),
    'exec-root': join(folder, 'exec'),
    pidfile: join(folder, 'pid'),
    'deprecated-key-path': join(folder, 'key.json'),
    'storage-driver': 'vfs',
    bridge: 'none',
    iptables: false,
    ip6tables: false,
    'ip-forward': false,
    'ip-masq': false,
    'cgroup-parent': groups,
    'exec-opts': ['native.cgroupdriver=cgroupfs'],
    runtimes: {
      runsc: { path: 'runsc', runtimeArgs: ['--network=none', '--ignore-cgroups', '--platform=ptrace'] },
      ...(within !== undefined && { [WITHIN]: { path: within } }),
    },
    ...(within !== undefined && { 'default-runtime': WITHIN }),
  };
}

const WITHIN = 'runc-within-rights';
