import { randomBytes } from 'node:crypto';
import { chmodSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { stubPath } from '../agent/index.ts';
import { compareReleases } from '../posture/index.ts';
import { ociText } from '../posture/oci.ts';
import { type Caretaker, cared } from './caretaker.ts';
import { DEFAULT_TIMEOUT_MS } from './command.ts';
import { fitted } from './fit.ts';
import { launch } from './launch.ts';
import { rootFolder } from './root-folder.ts';
import type { Availability, Runtime, Sandbox, StartRequest } from './types.ts';
import { installed, versionOf } from './version.ts';

/** A program that performs an OCI bundle from its command line. */
interface OciProgram {
  readonly name: string;
  readonly title: string;
  readonly debian: string;
  /** Before `run`. */
  readonly flags: readonly string[];
  /** Of an ordinary user. */
  readonly rootless?: readonly string[];
  /** Older ones refuse to start with a time namespace. */
  readonly timeNamespaceSince?: string;
}

const PROGRAMS: readonly OciProgram[] = [
  {
    name: 'runc',
    title: 'runc, with what Docker would ask of it',
    debian: 'runc',
    flags: [],
    timeNamespaceSince: '1.2',
  },
  { name: 'crun', title: 'crun, with what Docker would ask of it', debian: 'crun', flags: [] },
  {
    name: 'runsc',
    title: 'gVisor: a kernel in user space, with what Docker would ask of it',
    debian: 'runsc',
    // Its own network stack is not wanted; limits are the host's business and not always permitted.
    flags: ['--network=none', '--ignore-cgroups', '--platform=ptrace'],
    rootless: ['--rootless'],
  },
];

export const ociRuntimes: readonly Runtime[] = PROGRAMS.map((program) => ({
  name: program.name,
  title: program.title,
  takesConfig: true,
  available: () => availability(program),
  start: (request) => cared((caretaker) => startBundle(program, request, caretaker)),
}));

async function availability({ name, debian }: OciProgram): Promise<Availability> {
  return installed([name, '--version'], `apt-get install ${debian}`);
}

async function startBundle(program: OciProgram, request: StartRequest, caretaker: Caretaker): Promise<Sandbox> {
  const bundle = caretaker.folder();
  // Root of another user namespace goes through it, and may not look into it.
  chmodSync(bundle, 0o711);
  const stub = stubPath();
  rootFolder(join(bundle, 'rootfs'), stub);
  const version = await versionOf([program.name, '--version']);
  const { timeNamespaceSince: since } = program;
  const old = since !== undefined && version !== undefined && compareReleases(version, since) < 0;
  const { config, missing } = fitted(request.config ?? {}, { bundle, withoutNamespaces: old ? ['time'] : [] });
  writeFileSync(join(bundle, 'config.json'), ociText(config));
  const id = `cofferdam-${randomBytes(4).toString('hex')}`;
  // Its books lie in our folder: an ordinary user has no other place, and they go with it.
  const rootless = process.getuid?.() === 0 ? [] : (program.rootless ?? []);
  const command = [program.name, `--root=${join(bundle, 'state')}`, ...program.flags, ...rootless];
  caretaker.add(() => undefined, [...command, 'delete', '--force', id]);
  return launch({
    runtime: program.name,
    argv: [...command, 'run', '--bundle', bundle, id],
    timeoutMs: request.timeoutMs ?? DEFAULT_TIMEOUT_MS,
    caretaker,
    missing,
    stub: readFileSync(stub),
  });
}
