import { execFile, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { stubPath } from '../agent/index.ts';
import { CofferdamError, type SandboxKind } from '../posture/index.ts';
import { type Caretaker, cared } from './caretaker.ts';
import { DEFAULT_TIMEOUT_MS, takesNoConfiguration } from './command.ts';
import { DOCKERD, type DockerClient } from './dockerd.ts';
import { launch } from './launch.ts';
import { lastWord, output } from './output.ts';
import { podmanRuntime } from './podman.ts';
import { rootFolder, STUB_INSIDE } from './root-folder.ts';
import type { Availability, Runtime, Sandbox, StartRequest } from './types.ts';

export const engineRuntimes: readonly Runtime[] = [
  dockerRuntime({ name: 'docker', options: [] }),
  dockerRuntime({ name: 'docker-runsc', options: ['--runtime=runsc'], kind: 'user-space-kernel', needs: 'runsc' }),
  podmanRuntime([]),
];

/** `docker run` with options of the user's: `docker:--privileged`. */
export function engineRuntime(engine: 'docker' | 'podman', options: readonly string[]): Runtime {
  return engine === 'docker' ? dockerRuntime({ name: 'docker', options }) : podmanRuntime(options);
}

interface Docker {
  readonly name: string;
  readonly options: readonly string[];
  readonly kind?: SandboxKind;
  /** The OCI runtime that the daemon must know. */
  readonly needs?: string;
}

function dockerRuntime(docker: Docker): Runtime {
  const { name, options, kind } = docker;
  return {
    name,
    title: `${['docker run', ...options].join(' ')}, with the engine's defaults`,
    takesConfig: false,
    ...(kind !== undefined && { kind }),
    available: () => availability(docker),
    expresses: ({ userNamespace }) => userNamespace !== true || USER_NAMESPACE,
    start: (request) => cared((caretaker) => run(docker, request, caretaker)),
  };
}

const USER_NAMESPACE =
  "no option of a container asks for a user namespace: the daemon's userns-remap does, for all of its containers";

async function availability({ needs }: Docker): Promise<Availability> {
  try {
    const version = (await output(['docker', 'version', '--format', '{{.Server.Version}}'])).trim();
    if (needs === undefined || (await knows(needs))) return { available: true, version };
    const enable = `dockerd --add-runtime ${needs}=$(command -v ${needs})`;
    return { available: false, why: `the daemon that runs has no runtime ${needs}`, enable };
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') {
      return { available: false, why: 'docker is not installed', enable: 'apt-get install docker.io' };
    }
    const own = await DOCKERD.available(needs);
    // With the message of the client: a daemon is there, and may only refuse this user.
    return own.available ? own : { available: false, why: `${lastWord(error)} (${own.why})`, enable: own.enable };
  }
}

async function knows(runtime: string): Promise<boolean> {
  const known = await output(['docker', 'info', '--format', '{{json .Runtimes}}']);
  return Object.keys(JSON.parse(known) as object).includes(runtime);
}

/** The daemon that answers; else one of our own. */
async function client(caretaker: Caretaker): Promise<DockerClient> {
  try {
    await output(['docker', 'version', '--format', '{{.Server.Version}}']);
    return { command: ['docker'], options: () => [] };
  } catch {
    return DOCKERD.client(caretaker);
  }
}

/** The stub becomes an image of a few kilobytes, for as long as the sandbox lives. */
async function run(
  { name: runtime, options }: Docker,
  { config, profile, timeoutMs = DEFAULT_TIMEOUT_MS }: StartRequest,
  caretaker: Caretaker,
): Promise<Sandbox> {
  if (config !== undefined) throw takesNoConfiguration(runtime);
  const name = `cofferdam-${randomBytes(4).toString('hex')}`;
  const docker = await client(caretaker);
  const root = rootFolder(join(caretaker.folder(), 'root'), stubPath());
  const removing = [...docker.command, 'rmi', '--force', name];
  caretaker.add(async () => void (await output(removing)), removing);
  await importImage(docker.command, root, name);
  const deleting = [...docker.command, 'rm', '--force', name];
  // `run --rm` has done it already, unless the sandbox was torn away.
  caretaker.add(async () => void (await output(deleting).catch(() => '')), deleting);
  const inspect = [...docker.command, 'inspect', '--format', '{{.State.Pid}}', name];
  const asked = [...options, ...(profile?.options ?? [])];
  return await launch({
    runtime,
    argv: [
      ...[...docker.command, 'run', '--rm', '--interactive', '--name', name],
      ...[...docker.options(asked), ...asked, name, STUB_INSIDE],
    ],
    timeoutMs,
    caretaker,
    pidOf: async () => Number(await output(inspect).catch(() => '')) || undefined,
    stub: readFileSync(stubPath()),
  });
}

/** `docker import` takes a root file system as a tar; no registry is asked. */
async function importImage([docker = '', ...host]: readonly string[], root: string, name: string): Promise<void> {
  const tar = spawn('tar', ['-C', root, '-c', '.'], { stdio: ['ignore', 'pipe', 'ignore'] });
  await new Promise<void>((resolve, reject) => {
    const child = execFile(docker, [...host, 'import', '-', name], { timeout: 60_000 }, (error) =>
      error === null
        ? resolve()
        : reject(new CofferdamError('sandbox', `docker import: ${lastWord(error)}`, 'try: docker info')),
    );
    if (child.stdin !== null) tar.stdout.pipe(child.stdin).on('error', () => undefined);
    tar.on('error', reject);
  });
}
