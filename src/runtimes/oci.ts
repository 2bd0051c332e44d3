import { randomBytes } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { stubPath } from '../agent/index.ts';
import { compareReleases, type SandboxKind } from '../posture/index.ts';
import { ociText } from '../posture/oci.ts';
import { type Caretaker, cared } from './caretaker.ts';
import { DEFAULT_TIMEOUT_MS, openFolder } from './command.ts';
import { fitted } from './fit.ts';
import { launch } from './launch.ts';
import { output } from './output.ts';
import { rootFolder } from './root-folder.ts';
import type { Availability, Runtime, Sandbox, StartRequest } from './types.ts';
import { installed, versionOf } from './version.ts';

/** A program that performs an OCI bundle from its command line. */
interface OciProgram {
  readonly name: string;
  /** Where its name is not the program's. */
  readonly program?: string;
  readonly title: string;
  readonly kind?: SandboxKind;
  /** What installs it. */
  readonly enable: string;
  /** Before `run`. */
  readonly flags: readonly string[];
  /** Of an ordinary user. */
  readonly rootless?: readonly string[];
  /** Older ones refuse to start with a time namespace. */
  readonly timeNamespaceSince?: string;
  /** A platform that it must have been built with, and the device that this one needs. */
  readonly platform?: { readonly name: string; readonly device?: string };
}

// Its own network stack is not wanted; limits are the host's business and not always permitted.
const RUNSC_FLAGS = ['--network=none', '--ignore-cgroups'] as const;

/** gVisor's ways to get at system calls (https://gvisor.dev/docs/architecture_guide/platforms/). */
const PLATFORMS = [{ name: 'ptrace' }, { name: 'systrap' }, { name: 'kvm', device: '/dev/kvm' }] as const;

const PROGRAMS: readonly OciProgram[] = [
  {
    name: 'runc',
    title: 'runc, with what Docker would ask of it',
    enable: 'apt-get install runc',
    flags: [],
    timeNamespaceSince: '1.2',
  },
  { name: 'crun', title: 'crun, with what Docker would ask of it', enable: 'apt-get install crun', flags: [] },
  ...PLATFORMS.map((platform) => ({
    name: platform.name === 'ptrace' ? 'runsc' : `runsc-${platform.name}`,
    program: 'runsc',
    title: `gVisor, platform ${platform.name}: a kernel in user space, with what Docker would ask of it`,
    kind: 'user-space-kernel' as const,
    enable: 'apt-get install runsc',
    flags: [...RUNSC_FLAGS, `--platform=${platform.name}`],
    rootless: ['--rootless'],
    platform,
  })),
  {
    name: 'youki',
    title: 'youki, with what Docker would ask of it',
    enable: 'cargo install youki',
    flags: [],
  },
];

export const ociRuntimes: readonly Runtime[] = PROGRAMS.map((program) => ({
  name: program.name,
  title: program.title,
  takesConfig: true,
  ...(program.kind !== undefined && { kind: program.kind }),
  available: () => availability(program),
  expresses: () => true,
  start: (request) => cared((caretaker) => startBundle(program, request, caretaker)),
}));

async function availability({ name, program = name, enable, platform }: OciProgram): Promise<Availability> {
  const found = await installed([program, '--version'], enable);
  if (!found.available || platform === undefined) return found;
  const { device } = platform;
  if (device !== undefined && !existsSync(device)) {
    return {
      available: false,
      why: `${device} is not on this machine`,
      enable: 'a machine with hardware virtualization',
    };
  }
  const flags = await output([program, 'flags']).catch(() => '');
  // The help names the platforms that were built in: `which platform to use: ptrace (default), kvm.`
  const built = /which platform to use:([^\n]*)/.exec(flags)?.[1];
  return built === undefined || built.includes(platform.name)
    ? found
    : {
        available: false,
        why: `${program} ${found.version} has no platform ${platform.name}, only${built}`,
        enable: 'a newer gVisor',
      };
}

async function startBundle(program: OciProgram, request: StartRequest, caretaker: Caretaker): Promise<Sandbox> {
  const bundle = openFolder(caretaker);
  const stub = stubPath();
  rootFolder(join(bundle, 'rootfs'), stub);
  const executable = program.program ?? program.name;
  const version = await versionOf([executable, '--version']);
  const { timeNamespaceSince: since } = program;
  const old = since !== undefined && version !== undefined && compareReleases(version, since) < 0;
  const { config, missing } = fitted(request.config ?? {}, { bundle, withoutNamespaces: old ? ['time'] : [] });
  writeFileSync(join(bundle, 'config.json'), ociText(config));
  const id = `cofferdam-${randomBytes(4).toString('hex')}`;
  // Its books lie in our folder: an ordinary user has no other place, and they go with it.
  const rootless = process.getuid?.() === 0 ? [] : (program.rootless ?? []);
  const command = [executable, `--root=${join(bundle, 'state')}`, ...program.flags, ...rootless];
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
