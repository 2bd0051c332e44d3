import { execFile, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { stubPath } from '../agent/index.ts';
import { CofferdamError } from '../posture/index.ts';
import { type Caretaker, cared } from './caretaker.ts';
import { DEFAULT_TIMEOUT_MS, takesNoConfiguration } from './command.ts';
import { launch } from './launch.ts';
import { rootFolder, STUB_INSIDE } from './root-folder.ts';
import type { Availability, Runtime, Sandbox, StartRequest } from './types.ts';

/** Engines with a daemon or a store of images: the stub becomes an image of a few kilobytes, for as long as the sandbox lives. */
export const engineRuntimes: readonly Runtime[] = (['docker', 'podman'] as const).map((engine) =>
  engineRuntime(engine, []),
);

/** `docker run` with options of the user's: `docker:--privileged`. */
export function engineRuntime(engine: 'docker' | 'podman', options: readonly string[]): Runtime {
  return {
    name: engine,
    title: `${engine} run${options.map((option) => ` ${option}`).join('')}, with the engine's defaults`,
    takesConfig: false,
    available: () => availability(engine),
    start: (request) => cared((caretaker) => run(engine, options, request, caretaker)),
  };
}

async function availability(engine: string): Promise<Availability> {
  try {
    const format = engine === 'docker' ? '{{.Server.Version}}' : '{{.Client.Version}}';
    return { available: true, version: (await output([engine, 'version', '--format', format])).trim() };
  } catch (error) {
    const missing = (error as NodeJS.ErrnoException).code === 'ENOENT';
    return missing
      ? {
          available: false,
          why: `${engine} is not installed`,
          enable: `apt-get install ${engine === 'docker' ? 'docker.io' : engine}`,
        }
      : {
          available: false,
          why: firstLine(error),
          enable: engine === 'docker' ? 'sudo systemctl start docker' : 'podman info',
        };
  }
}

async function run(
  engine: 'docker' | 'podman',
  options: readonly string[],
  { config, timeoutMs = DEFAULT_TIMEOUT_MS }: StartRequest,
  caretaker: Caretaker,
): Promise<Sandbox> {
  if (config !== undefined) throw takesNoConfiguration(engine);
  const name = `cofferdam-${randomBytes(4).toString('hex')}`;
  const root = rootFolder(join(caretaker.folder(), 'root'), stubPath());
  const removing = [engine, 'rmi', '--force', name];
  caretaker.add(async () => void (await output(removing)), removing);
  await importImage(engine, root, name);
  const deleting = [engine, 'rm', '--force', name];
  // `run --rm` has done it already, unless the sandbox was torn away.
  caretaker.add(async () => void (await output(deleting).catch(() => '')), deleting);
  const pidOf = async (): Promise<number | undefined> =>
    Number(await output([engine, 'inspect', '--format', '{{.State.Pid}}', name]).catch(() => '')) || undefined;
  return await launch({
    runtime: engine,
    argv: [engine, 'run', '--rm', '--interactive', '--name', name, ...options, name, STUB_INSIDE],
    timeoutMs,
    caretaker,
    pidOf,
    stub: readFileSync(stubPath()),
  });
}

/** `docker import` takes a root file system as a tar; no registry is asked. */
async function importImage(engine: string, root: string, name: string): Promise<void> {
  const tar = spawn('tar', ['-C', root, '-c', '.'], { stdio: ['ignore', 'pipe', 'ignore'] });
  await new Promise<void>((resolve, reject) => {
    const child = execFile(engine, ['import', '-', name], { timeout: 60_000 }, (error) =>
      error === null
        ? resolve()
        : reject(new CofferdamError('sandbox', `${engine} import: ${firstLine(error)}`, `try: ${engine} info`)),
    );
    if (child.stdin !== null) tar.stdout.pipe(child.stdin).on('error', () => undefined);
    tar.on('error', reject);
  });
}

function output([command = '', ...args]: readonly string[]): Promise<string> {
  return new Promise((resolve, reject) => {
    execFile(command, args, { timeout: 30_000 }, (error, stdout) => (error === null ? resolve(stdout) : reject(error)));
  });
}

function firstLine(error: unknown): string {
  const { stderr, message } = error as Error & { stderr?: string };
  return (stderr || message).trim().split('\n').at(-1) ?? '';
}
