/**
 * The container life-cycle: its ten phases with the artifacts that state them, who acts, which assets are at stake and which
 * trust boundary is crossed. Data only; every other room may import it, it imports nothing. After the life-cycle and threat
 * model of arXiv 2501.01334, made complete for engines, clusters and exec.
 */
export const PHASES = [
  'build',
  'distribute',
  'host',
  'request',
  'create',
  'start',
  'run',
  'exec',
  'orchestrate',
  'teardown',
] as const;

export type Phase = (typeof PHASES)[number];

type Actor =
  | 'developer'
  | 'builder'
  | 'registry'
  | 'administrator'
  | 'client'
  | 'engine'
  | 'runtime'
  | 'container'
  | 'operator'
  | 'control-plane'
  | 'tenant';

type Asset =
  | 'source'
  | 'image'
  | 'build-secret'
  | 'host-storage'
  | 'host-kernel'
  | 'engine-api'
  | 'container-state'
  | 'credential'
  | 'neighbour'
  | 'network'
  | 'api-server'
  | 'volume';

/** Crossed from the less to the more trusted side, in the words of the threat model. */
interface TrustBoundary {
  readonly from: string;
  readonly to: string;
}

export interface PhaseDescription {
  readonly phase: Phase;
  /** What happens, as one clause. */
  readonly what: string;
  readonly artifacts: readonly string[];
  readonly actors: readonly Actor[];
  readonly assets: readonly Asset[];
  readonly boundaries: readonly TrustBoundary[];
}

export const LIFECYCLE: readonly PhaseDescription[] = [
  {
    phase: 'build',
    what: 'an image is made from instructions and base layers',
    artifacts: ['Dockerfile', 'build context'],
    actors: ['developer', 'builder'],
    assets: ['source', 'build-secret', 'image'],
    boundaries: [
      { from: 'third-party base image', to: 'own image' },
      { from: 'build instructions', to: 'builder host' },
    ],
  },
  {
    phase: 'distribute',
    what: 'the image is pushed, pulled and unpacked',
    artifacts: ['image reference', 'OCI layout', 'docker save archive', 'registry settings'],
    actors: ['registry', 'engine'],
    assets: ['image', 'host-storage'],
    boundaries: [{ from: 'network', to: 'host storage' }],
  },
  {
    phase: 'host',
    what: 'kernel, security modules, sysctls and engine are configured',
    artifacts: ['host profile', 'daemon.json', 'containerd configuration', 'kubelet configuration'],
    actors: ['administrator'],
    assets: ['host-kernel', 'engine-api'],
    boundaries: [],
  },
  {
    phase: 'request',
    what: 'someone asks an engine for a container',
    artifacts: ['docker run line', 'compose file', 'Kubernetes manifest'],
    actors: ['developer', 'client'],
    assets: ['engine-api', 'host-storage', 'credential'],
    boundaries: [{ from: 'API client', to: 'daemon (root)' }],
  },
  {
    phase: 'create',
    what: 'engine and runtime turn the request into namespaces, mounts and cgroups',
    artifacts: ['OCI config.json', 'engine inspect output'],
    actors: ['engine', 'runtime'],
    assets: ['host-kernel', 'host-storage'],
    boundaries: [{ from: 'daemon', to: 'runtime' }],
  },
  {
    phase: 'start',
    what: 'the runtime drops privileges, loads label and filter, executes the entry point',
    artifacts: ['traced system calls'],
    actors: ['runtime'],
    assets: ['host-kernel', 'container-state'],
    boundaries: [{ from: 'runtime', to: 'container code' }],
  },
  {
    phase: 'run',
    what: 'the code runs on the shared kernel',
    artifacts: ['/proc/PID', 'cgroup files'],
    actors: ['container', 'tenant'],
    assets: ['host-kernel', 'neighbour', 'network', 'credential'],
    boundaries: [
      { from: 'container', to: 'kernel' },
      { from: 'container', to: 'neighbours' },
      { from: 'container', to: 'network' },
    ],
  },
  {
    phase: 'exec',
    what: 'someone enters the running container',
    artifacts: ['exec request', 'probe hooks', 'sidecars'],
    actors: ['operator', 'control-plane'],
    assets: ['container-state', 'credential'],
    boundaries: [
      { from: 'host', to: 'container' },
      { from: 'container', to: 'operator terminal' },
    ],
  },
  {
    phase: 'orchestrate',
    what: 'a cluster places, grants and exposes',
    artifacts: ['RBAC', 'service accounts', 'network policies', 'admission'],
    actors: ['control-plane'],
    assets: ['api-server', 'credential', 'neighbour'],
    boundaries: [
      { from: 'container', to: 'API server' },
      { from: 'API server', to: 'other nodes' },
    ],
  },
  {
    phase: 'teardown',
    what: 'the container is stopped or checkpointed; volumes stay',
    artifacts: ['engine state', 'volumes'],
    actors: ['engine'],
    assets: ['volume', 'container-state'],
    boundaries: [{ from: 'old tenant', to: 'next tenant' }],
  },
];
