import { type FactKey, Unknown } from '../../posture/index.ts';
import { nearest } from '../nearest.ts';
import { devices } from './devices.ts';
import { LIMIT_FACTS, limits } from './limits.ts';
import { joinedByOthers, namespaces } from './namespaces.ts';
import { network } from './network.ts';
import { processFacts } from './process.ts';
import type { Facts, Scene } from './scene.ts';
import type { Field, Service, ServiceKey } from './schema.ts';
import { security } from './security.ts';
import { storage } from './storage.ts';

/** What a key would state; unknown where the key, its value or one of its elements is not understood. */
const AFFECTS: Readonly<Partial<Record<keyof Service, FactKey | readonly FactKey[]>>> = {
  ...LIMIT_FACTS,
  cap_add: 'request.capability.ALL',
  cap_drop: 'request.capability.ALL',
  cgroup: 'namespace.cgroup',
  cgroup_parent: 'request.cgroup-parent',
  configs: 'mount.?',
  deploy: ['limit.memory', 'limit.cpu', 'limit.pids'],
  device_cgroup_rules: 'request.device-rule.?',
  devices: 'device.?',
  env_file: 'env.?',
  environment: 'env.?',
  extra_hosts: 'network.host-gateway-alias',
  gpus: 'request.gpus',
  group_add: 'request.group.?',
  image: 'image.reference',
  ipc: 'namespace.ipc',
  isolation: 'sandbox.kind',
  network_mode: ['namespace.net', 'network.mode', 'request.network'],
  networks: 'network.mode',
  pid: 'namespace.pid',
  platform: 'platform',
  ports: 'network.published.?',
  post_start: 'exec.post_start.?',
  pre_start: 'exec.pre_start.?',
  pre_stop: 'exec.pre_stop.?',
  privileged: 'request.privileged',
  read_only: 'rootfs.readonly',
  runtime: 'request.runtime',
  secrets: 'mount.?',
  security_opt: [
    'request.seccomp',
    'request.apparmor',
    'request.selinux',
    'request.no-new-privileges',
    'request.system-paths-unmasked',
  ],
  sysctls: 'sysctl.?',
  tmpfs: 'mount.?',
  tty: 'process.terminal',
  use_api_socket: 'mount./var/run/docker.sock',
  user: 'request.user',
  userns_mode: 'request.user-namespace',
  uts: 'namespace.uts',
  volumes: 'mount.?',
  volumes_from: 'mount.?',
};

const unknownFacts = (keys: FactKey | readonly FactKey[], why: string): Facts => {
  const unknown = new Unknown(why);
  return Object.fromEntries([keys].flat().map((key) => [key, unknown])) as Facts;
};

const affected = (key: string): FactKey | readonly FactKey[] | undefined =>
  Object.hasOwn(AFFECTS, key) ? AFFECTS[key as ServiceKey] : undefined;

/** Makes all the statements of a service. */
export function stateService(scene: Scene, knownKeys: readonly string[]): void {
  const why = scene.model.project.incomplete.get(scene.name);
  // What the base states is not known; what the service itself states follows and wins.
  if (why !== undefined)
    scene.state({ span: scene.node, text: 'extends', nodes: [] }, unknownFacts(Object.values(AFFECTS).flat(), why));
  security(scene);
  namespaces(scene);
  network(scene);
  joinedByOthers(scene);
  storage(scene);
  devices(scene);
  limits(scene);
  processFacts(scene);
  failures(scene);
  unknownKeys(scene, knownKeys);
}

function failures(scene: Scene): void {
  for (const key of Object.keys(scene.service) as (keyof Service)[]) {
    if (key === 'node') continue;
    const field = scene.service[key] as Field<unknown> | undefined;
    const keys = affected(key);
    if (field?.failed && keys !== undefined)
      scene.state(scene.key(key), unknownFacts(keys, `part of \`${key}\` is not understood`));
  }
}

function unknownKeys(scene: Scene, knownKeys: readonly string[]): void {
  for (const [key, entry] of scene.node.entries) {
    if (key.startsWith('x-') || knownKeys.includes(key)) continue;
    const span = { start: entry.keyStart, end: entry.keyEnd };
    const near = nearest(key, knownKeys);
    const hint = near === undefined ? 'check its spelling, or begin it with `x-`' : `did you mean \`${near}\`?`;
    scene.problem(
      'unknown-key',
      `key \`${key.slice(0, 80)}\` of service \`${scene.name}\` is not understood`,
      hint,
      span,
    );
    const keys = near === undefined ? undefined : affected(near);
    if (keys !== undefined)
      scene.state({ span, text: key, nodes: [entry.value] }, unknownFacts(keys, `key \`${key}\` is not understood`));
  }
}
