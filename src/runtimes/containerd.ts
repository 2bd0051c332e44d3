import { randomBytes } from 'node:crypto';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { stubPath } from '../agent/index.ts';
import { type Caretaker, cared } from './caretaker.ts';
import { DEFAULT_TIMEOUT_MS, inexpressible, openFolder, takesNoConfiguration } from './command.ts';
import { CTR_OPTIONS } from './containerd.data.ts';
import { launch } from './launch.ts';
import { output } from './output.ts';
import { type DaemonPlaces, PrivateDaemon } from './private-daemon.ts';
import type { Profile, ProfileName } from './profiles.data.ts';
import { rootFolder, STUB_INSIDE } from './root-folder.ts';
import { runcWithinOwnRights } from './runc-within-rights.ts';
import type { Availability, Runtime, Sandbox, StartRequest } from './types.ts';
import { installed } from './version.ts';

const ctr = ({ socket }: DaemonPlaces): readonly string[] => ['ctr', '--address', socket];

const daemon = new PrivateDaemon({
  name: 'containerd',
  command: (places) => {
    const { folder, socket } = places;
    const config = join(folder, 'config.toml');
    // Without what serves Kubernetes, and without its folder for programs outside of ours.
    const disabled = ['io.containerd.grpc.v1.cri', 'io.containerd.internal.v1.opt'];
    writeFileSync(config, `version = 2\ndisabled_plugins = ${JSON.stringify(disabled)}\n`);
    const own = [`--root=${join(folder, 'root')}`, `--state=${join(folder, 'state')}`, `--address=${socket}`];
    return ['containerd', `--config=${config}`, ...own];
  },
  answers: (places) =>
    output([...ctr(places), 'version']).then(
      () => true,
      () => false,
    ),
});

/** containerd through its own client, on a root folder: a daemon of our own, as the machine's belongs to an engine. */
export const containerdRuntime: Runtime = {
  name: 'containerd',
  title: 'ctr run: containerd with the defaults of its own client',
  takesConfig: false,
  available: availability,
  expresses: (profile) => {
    const options = optionsFor(profile.name);
    return typeof options === 'string' ? options : true;
  },
  start: (request) => cared((caretaker) => run(request, caretaker)),
};

/** A text says why there are none. */
function optionsFor(name: string): (typeof CTR_OPTIONS)[ProfileName] {
  const known: Partial<typeof CTR_OPTIONS> = CTR_OPTIONS;
  return known[name as ProfileName] ?? `ctr has no options for the profile ${name}`;
}

async function availability(): Promise<Availability> {
  for (const program of ['ctr', 'containerd']) {
    const found = await installed([program, '--version'], 'apt-get install containerd');
    if (!found.available) return found;
  }
  if (process.getuid?.() !== 0) {
    return { available: false, why: 'a daemon of our own needs root', enable: 'sudo cofferdam probe containerd' };
  }
  return installed(['containerd', '--version'], 'apt-get install containerd');
}

async function run(
  { config, profile, timeoutMs = DEFAULT_TIMEOUT_MS }: StartRequest,
  caretaker: Caretaker,
): Promise<Sandbox> {
  if (config !== undefined) throw takesNoConfiguration('containerd');
  const options = optionsFor(profile?.name ?? 'default');
  if (typeof options === 'string') throw inexpressible('containerd', profile as Profile, options);
  const places = await daemon.hold(caretaker);
  const name = `cofferdam-${randomBytes(4).toString('hex')}`;
  const folder = openFolder(caretaker);
  const root = rootFolder(join(folder, 'root'), stubPath());
  const fifos = join(folder, 'fifo');
  mkdirSync(fifos);
  const state = join(folder, 'pid');
  const within = runcWithinOwnRights(folder);
  const deleting = [...ctr(places), 'container', 'delete', name];
  const ending = [...ctr(places), 'task', 'kill', '--signal', 'SIGKILL', name];
  caretaker.add(async () => {
    await output(ending).catch(() => '');
    await output(deleting).catch(() => '');
  });
  return launch({
    runtime: 'containerd',
    argv: [
      ...[
        ...ctr(places),
        'run',
        '--rm',
        `--fifo-dir=${fifos}`,
        `--pid-file=${state}`,
        `--cgroup=${places.groups}/${name}`,
      ],
      ...[
        ...(within === undefined ? [] : [`--runc-binary=${within}`]),
        ...options,
        '--rootfs',
        root,
        name,
        STUB_INSIDE,
      ],
    ],
    timeoutMs,
    caretaker,
    pidOf: async () => Number(readFileSync(state, 'utf8')) || undefined,
    stub: readFileSync(stubPath()),
  });
}
