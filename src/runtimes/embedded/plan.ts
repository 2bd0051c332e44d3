import { capabilityMask, parseCapability } from '../../kernel/index.ts';
import type { Machine } from '../machine.ts';
import type { Missing } from '../types.ts';
import { type Cgroups, planCgroups } from './cgroup.ts';
import type { Config, IdMapping } from './config.ts';
import { type Host, kindOf, readHost, realPath } from './host.ts';
import { CLONE_FLAG } from './linux.ts';
import { SKELETON } from './skeleton.data.ts';
import { socketDescriptor } from './steps/stand-ins.ts';
import { Tree } from './tree.ts';

export type Namespace = keyof typeof CLONE_FLAG;

/** The member of `namespace.` that tells of each. */
export const NAMESPACE_FACT: Readonly<Record<Namespace, string>> = {
  user: 'namespace.user',
  mount: 'namespace.mnt',
  pid: 'namespace.pid',
  network: 'namespace.net',
  uts: 'namespace.uts',
  ipc: 'namespace.ipc',
  cgroup: 'namespace.cgroup',
  time: 'namespace.time',
};

export interface IdMaps {
  readonly uid: readonly IdMapping[];
  readonly gid: readonly IdMapping[];
  /** One id each, which its owner may map himself once the groups are fixed (user_namespaces(7)). */
  readonly single: boolean;
}

/** What is to be done, decided from the configuration and what the host permits, before anything is done. */
export class Plan {
  readonly config: Config;
  readonly machine: Machine;
  readonly host: Host;
  readonly missing: Missing[] = [];
  /** Namespaces to be made, and those to be joined, by path. */
  readonly own: Set<Namespace> = new Set();
  readonly joined: Map<Namespace, string> = new Map();
  readonly idMaps: IdMaps | undefined;
  readonly cgroups: Cgroups;
  readonly tree: Tree;
  /** Folder of the host that is the root file system, below a layer of our own. */
  readonly lower: string | undefined;
  readonly #omitted: ReadonlySet<string>;
  /** Process id of the copy of the outer stub that watches over the control groups. */
  guard: number | undefined;
  #sockets = 0;

  constructor(config: Config, machine: Machine, omitted: ReadonlySet<string>) {
    this.config = config;
    this.machine = machine;
    this.host = readHost(machine.files);
    this.#omitted = omitted;
    this.#planNamespaces();
    this.idMaps = this.own.has('user') ? this.#planIdMaps() : undefined;
    this.lower = this.#planRoot();
    this.tree = new Tree(
      machine.files,
      this.lower,
      this.lower === undefined ? SKELETON.map(({ path, kind }) => [path, kind]) : [],
    );
    this.cgroups = planCgroups(this);
  }

  /** The next of the sockets that the outer stub opened for stand-ins. */
  takeSocket(): number {
    return socketDescriptor(this.#sockets++);
  }

  performs(step: string): boolean {
    return !this.#omitted.has(step);
  }

  lacks(step: string, why: string, ...facts: readonly string[]): void {
    this.missing.push({ step, why, facts });
  }

  get privileged(): boolean {
    return holds(this.host.effective, 'SYS_ADMIN');
  }

  /** The process is in a user namespace that is not the machine's first. */
  get inOwnUserNamespace(): boolean {
    return this.inNewUser || !this.host.initialUserNamespace;
  }

  /** The file systems are those of a mount namespace that somebody else furnished. */
  get joinsMounts(): boolean {
    return this.joined.has('mount');
  }

  /** The id inside that stands for root while the container is furnished. */
  get builder(): { readonly uid: number; readonly gid: number } {
    const first = (map: readonly IdMapping[] | undefined): number =>
      map === undefined || map.some(({ containerID }) => containerID === 0) ? 0 : (map[0]?.containerID ?? 0);
    return { uid: first(this.idMaps?.uid), gid: first(this.idMaps?.gid) };
  }

  get inNewUser(): boolean {
    return this.own.has('user') || this.joined.has('user');
  }

  /** Capabilities that the process has to give away: in a user namespace of its own, all that there are. */
  get available(): bigint {
    return this.inNewUser ? ~0n : this.host.effective;
  }

  /** A folder of the host to mount the new root on until it becomes the root; pivot_root(2) leaves the folder free again. */
  get scaffold(): string {
    const hides = (folder: string): boolean => this.lower === folder || (this.lower?.startsWith(`${folder}/`) ?? false);
    return (
      ['/tmp', '/run'].find((folder) => kindOf(this.machine.files, folder) === 'folder' && !hides(folder)) ?? '/proc'
    );
  }

  mapsGid(gid: number): boolean {
    const map = this.idMaps?.gid;
    return map === undefined || map.some(({ containerID, size }) => gid >= containerID && gid < containerID + size);
  }

  #planNamespaces(): void {
    for (const { type, path } of this.config.linux?.namespaces ?? []) {
      if (!isNamespace(type)) this.lacks(`namespace-${type}`, `this kind of namespace is not known here`);
      else if (!this.performs(`namespace-${type}`)) continue;
      else if (path === undefined || path === '') this.own.add(type);
      else if (kindOf(this.machine.files, path) !== undefined) this.joined.set(type, path);
      else {
        this.own.add(type);
        this.lacks(
          `namespace-${type}`,
          `${path} is not on this machine; a namespace of its own instead`,
          NAMESPACE_FACT[type],
        );
      }
    }
    if (!this.own.has('mount') && !this.joined.has('mount')) {
      this.own.add('mount');
      this.lacks(
        'namespace-mount',
        'it gets a copy of the mounts: what is done in it must not reach the host',
        NAMESPACE_FACT.mount,
      );
    }
    if (this.privileged || this.inNewUser) return;
    this.own.add('user');
    this.lacks(
      'namespace-user',
      'without CAP_SYS_ADMIN it is started in a user namespace',
      NAMESPACE_FACT.user,
      'user-namespace.',
    );
  }

  #planIdMaps(): IdMaps {
    const { uidMappings = [], gidMappings = [] } = this.config.linux ?? {};
    const { uid = 0, gid = 0 } = this.config.process?.user ?? {};
    const mayMap = holds(this.host.effective, 'SETUID') && holds(this.host.effective, 'SETGID');
    const asked = uidMappings.length > 0 && gidMappings.length > 0;
    if (asked && (mayMap || (isOwn(uidMappings, this.host.uid) && isOwn(gidMappings, this.host.gid)))) {
      return { uid: uidMappings, gid: gidMappings, single: !mayMap };
    }
    if (asked || !this.missing.some(({ step }) => step === 'namespace-user')) {
      const why = asked ? 'without CAP_SETUID one id is mapped: its own' : 'no map is stated';
      this.lacks('id-maps', why, 'user-namespace.uid-map', 'user-namespace.gid-map');
    }
    if (mayMap) return { uid: [USUAL_MAP], gid: [USUAL_MAP], single: false };
    return this.singleIdMaps(uid, gid);
  }

  singleIdMaps(uid: number, gid: number): IdMaps {
    return {
      uid: [{ containerID: uid, hostID: this.host.uid, size: 1 }],
      gid: [{ containerID: gid, hostID: this.host.gid, size: 1 }],
      single: true,
    };
  }

  /** A relative path is one in a bundle, of which nothing is known here. */
  #planRoot(): string | undefined {
    const path = this.config.root?.path;
    const found = path?.startsWith('/') ? realPath(this.machine.files, path) : undefined;
    if (found !== undefined && kindOf(this.machine.files, found) === 'folder') return found;
    this.lacks('root', 'the files of its image are not on this machine; a bare root stands in', 'image.file.');
    return undefined;
  }
}

/** The first range of subordinate ids that useradd(8) gives out. */
const USUAL_MAP: IdMapping = { containerID: 0, hostID: 100_000, size: 65_536 };

function isOwn(map: readonly IdMapping[], id: number): boolean {
  return map.length === 1 && map[0]?.hostID === id && map[0].size === 1;
}

function isNamespace(type: string): type is Namespace {
  return Object.hasOwn(CLONE_FLAG, type);
}

export function holds(mask: bigint, name: string): boolean {
  const bits = maskOf([name]);
  return (mask & bits) === bits;
}

/** Names that this kernel's list lacks are left out, as runc does (libcontainer/capabilities). */
export function maskOf(names: readonly string[]): bigint {
  return names.reduce((mask, name) => {
    const capability = parseCapability(name);
    return capability === undefined ? mask : mask | capabilityMask([capability]);
  }, 0n);
}
