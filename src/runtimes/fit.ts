import { mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { CAPABILITIES } from '../kernel/index.ts';
import { MACHINE } from '../live/index.ts';
import { RLIMITS } from './embedded/linux.ts';
import { clamped, ownLimits } from './embedded/steps/rlimits.ts';
import { STUB_INSIDE } from './root-folder.ts';
import type { Missing, OciConfig } from './types.ts';

/** The parts of a config.json that are changed so that it can be started here; the rest is handed through. */
interface Changeable {
  process?: {
    args?: readonly string[];
    terminal?: boolean;
    user?: { uid?: number; gid?: number; additionalGids?: readonly number[] };
    capabilities?: Record<string, readonly string[]>;
    rlimits?: readonly { type: string; soft: number | bigint; hard: number | bigint }[];
    oomScoreAdj?: number;
    apparmorProfile?: unknown;
    selinuxLabel?: unknown;
    [key: string]: unknown;
  };
  root?: { path?: string; readonly?: boolean };
  mounts?: readonly { destination: string; type?: string; source?: string; options?: readonly string[] }[];
  hooks?: unknown;
  linux?: {
    namespaces?: readonly { type: string; path?: string }[];
    uidMappings?: unknown;
    gidMappings?: unknown;
    resources?: unknown;
    sysctl?: unknown;
    [key: string]: unknown;
  };
  [key: string]: unknown;
}

export interface Fitted {
  readonly config: OciConfig;
  readonly missing: readonly Missing[];
}

interface Fitting {
  /** Folder for what stands in. */
  readonly bundle: string;
  /** Kinds of namespace that the runtime does not know. */
  readonly withoutNamespaces: readonly string[];
}

/**
 * A configuration that an OCI runtime can start on this machine: the stub in the place of the program, no hooks, and without what
 * this user may not give. What was left out is named.
 */
export function fitted(given: OciConfig, { bundle, withoutNamespaces }: Fitting): Fitted {
  const config = structuredClone(given) as Changeable;
  const missing: Missing[] = [];
  config.ociVersion ??= '1.0.2';
  config.process = { cwd: '/', env: ['PATH=/bin'], ...config.process, args: [STUB_INSIDE], terminal: false };
  config.root = { ...config.root, path: 'rootfs' };
  delete config.hooks;
  withinOwnRights(config.process, missing);
  withoutAbsentModules(config.process, missing);
  standIns(config, bundle, missing);
  for (const type of withoutNamespaces) withoutNamespace(config, type, missing);
  withMountNamespace(config, missing);
  if (process.getuid?.() !== 0) rootless(config, missing);
  return { config: config as OciConfig, missing };
}

/** What this process lacks itself, it cannot give (capset(2), setrlimit(2), oom_score_adj in proc(5)). */
function withinOwnRights(process: NonNullable<Changeable['process']>, missing: Missing[]): void {
  const own = ownCapabilities();
  const lacking = new Set<string>();
  for (const [set, names] of Object.entries(process.capabilities ?? {})) {
    for (const name of names) if (!own.has(name)) lacking.add(name);
    process.capabilities = { ...process.capabilities, [set]: names.filter((name) => own.has(name)) };
  }
  for (const name of lacking) {
    const facts = ['bounding', 'ambient'].map((set) => `capability.${set}.${name.replace(/^CAP_/, '')}`);
    missing.push({ step: 'capabilities', why: `this user does not hold ${name} itself`, facts });
  }
  if (own.has('CAP_SYS_RESOURCE')) return;
  withoutRaisedLimits(process, missing);
  if ((process.oomScoreAdj ?? 0) < 0) {
    missing.push({
      step: 'oom-score-adj',
      why: 'lowering it needs CAP_SYS_RESOURCE',
      facts: ['process.oom-score-adj'],
    });
    delete process.oomScoreAdj;
  }
}

/** Only to raise a hard limit takes the capability (do_prlimit(), kernel/sys.c). */
function withoutRaisedLimits(process: NonNullable<Changeable['process']>, missing: Missing[]): void {
  const own = ownLimits(MACHINE);
  process.rlimits = (process.rlimits ?? []).filter(({ type, hard }) => {
    const most = own.get(RLIMITS[type] ?? -1)?.hard;
    if (most !== undefined && clamped(hard) <= most) return true;
    const fact = `rlimit.${type.replace('RLIMIT_', '').toLowerCase()}`;
    missing.push({ step: 'rlimits', why: `to raise ${type} takes CAP_SYS_RESOURCE`, facts: [fact] });
    return false;
  });
}

/** runc refuses to start with a profile or label that no module of the kernel takes (libcontainer/apparmor `ApplyProfile`). */
function withoutAbsentModules(process: NonNullable<Changeable['process']>, missing: Missing[]): void {
  if (process.apparmorProfile !== undefined && !exists('/sys/module/apparmor')) {
    delete process.apparmorProfile;
    missing.push({ step: 'apparmor', why: 'this kernel has no AppArmor', facts: ['lsm.apparmor'] });
  }
  if (process.selinuxLabel !== undefined && !exists('/sys/fs/selinux/enforce')) {
    delete process.selinuxLabel;
    missing.push({ step: 'selinux', why: 'this kernel has no SELinux', facts: ['lsm.selinux'] });
  }
}

/** Capabilities that this process can give. */
export function ownCapabilities(): ReadonlySet<string> {
  const bounding = /^CapBnd:\s*([0-9a-f]+)$/m.exec(readFileSync('/proc/self/status', 'utf8'))?.[1] ?? '0';
  const bits = BigInt(`0x${bounding}`);
  return new Set(CAPABILITIES.filter((_, i) => (bits >> BigInt(i)) & 1n).map((name) => `CAP_${name}`));
}

/** Something in the place of a bound path that this machine lacks: whether it is reachable can be told all the same. */
function standIns(config: Changeable, bundle: string, missing: Missing[]): void {
  config.mounts = (config.mounts ?? []).map((mount, i) => {
    const { source, type, options = [] } = mount;
    const binds = type === 'bind' || options.includes('bind') || options.includes('rbind');
    if (!binds || source === undefined || exists(source)) return mount;
    missing.push({
      step: 'mounts',
      why: `${source} is not on this machine; something empty stands in for it`,
      facts: [`mount.${mount.destination}`],
    });
    return { ...mount, source: standIn(join(bundle, `stand-in-${i}`), source) };
  });
}

function standIn(path: string, source: string): string {
  if (/\.[a-z0-9]+$/i.test(basename(source)) && !source.endsWith('.d')) writeFileSync(path, '');
  else mkdirSync(path, { recursive: true });
  return path;
}

function exists(path: string): boolean {
  try {
    statSync(path);
    return true;
  } catch {
    return false;
  }
}

/** Without one, a runtime mounts in the host's (runc libcontainer/rootfs_linux.go `prepareRoot`), and what it mounts stays there. */
function withMountNamespace(config: Changeable, missing: Missing[]): void {
  const namespaces = config.linux?.namespaces ?? [];
  if (namespaces.some(({ type, path }) => type === 'mount' && path === undefined)) return;
  config.linux = {
    ...config.linux,
    namespaces: [...namespaces.filter(({ type }) => type !== 'mount'), { type: 'mount' }],
  };
  missing.push({
    step: 'namespace-mount',
    why: "nothing is mounted in the host's mount namespace; one of its own instead",
    facts: ['namespace.mnt'],
  });
}

function withoutNamespace({ linux }: Changeable, type: string, missing: Missing[]): void {
  if (linux?.namespaces?.some((one) => one.type === type) !== true) return;
  linux.namespaces = linux.namespaces.filter((one) => one.type !== type);
  missing.push({ step: `namespace-${type}`, why: 'this runtime is too old for it', facts: [`namespace.${type}`] });
}

/** As `runc spec --rootless`: one user is mapped, the cgroups and the host's devices stay out of reach. */
function rootless(config: Changeable, missing: Missing[]): void {
  const [uid, gid] = [process.getuid?.() ?? 0, process.getgid?.() ?? 0];
  const namespaces = config.linux?.namespaces ?? [];
  // Settings speak of ids that are not mapped here (net.ipv4.ping_group_range).
  const { resources: _, sysctl: __, ...linux } = config.linux ?? {};
  config.linux = {
    ...linux,
    namespaces: [...namespaces.filter(({ type }) => type !== 'user'), { type: 'user' }],
    uidMappings: [{ containerID: 0, hostID: uid, size: 1 }],
    gidMappings: [{ containerID: 0, hostID: gid, size: 1 }],
  };
  config.process = { ...config.process, user: { uid: 0, gid: 0 } };
  config.mounts = (config.mounts ?? [])
    .filter(({ type }) => type !== 'cgroup')
    .map((mount) => ({ ...mount, options: (mount.options ?? []).filter((option) => !/^[ug]id=/.test(option)) }));
  missing.push(
    {
      step: 'user',
      why: 'without root, one user is mapped: root inside is this user',
      facts: ['process.', 'user-namespace.', 'namespace.user'],
    },
    { step: 'sysctls', why: 'without root, they are left out', facts: ['sysctl.'] },
    {
      step: 'cgroup-limits',
      why: 'without root, no cgroup is given to the container',
      facts: ['limit.', 'device-rules'],
    },
  );
}
