import type { Phase } from '../lifecycle/index.ts';
import type { ElementKind, RelationKind } from './system-types.ts';

/** Where one party decides. A flow between two zones crosses a boundary; the trust is in hundredths, for exports that want a number. */
export interface ZoneKind {
  readonly name: string;
  readonly trust: number;
}

export const ZONES = {
  outside: { name: 'outside', trust: 0 },
  container: { name: 'container', trust: 30 },
  network: { name: 'container networks', trust: 40 },
  build: { name: 'image build', trust: 50 },
  storage: { name: 'storage', trust: 60 },
  control: { name: 'engine and control plane', trust: 80 },
  host: { name: 'host', trust: 90 },
} as const satisfies Readonly<Record<string, ZoneKind>>;

export type ZoneName = keyof typeof ZONES;

export const ZONE_OF: Readonly<Record<ElementKind, ZoneName>> = {
  user: 'outside',
  registry: 'outside',
  builder: 'build',
  image: 'build',
  engine: 'control',
  'api-server': 'control',
  namespace: 'control',
  'service-account': 'control',
  host: 'host',
  node: 'host',
  kernel: 'host',
  pod: 'container',
  container: 'container',
  network: 'network',
  volume: 'storage',
  secret: 'storage',
};

/** How a relation is a flow of data or commands; those that are absent carry nothing by themselves. */
export interface FlowRow {
  readonly what: string;
  /** From the relation's end to its beginning. */
  readonly backward?: true;
  readonly bidirectional?: true;
  /** Where the relation's own phase is that of the statement, not of what flows. */
  readonly phase: Phase;
  /** The boundary of the life-cycle that it crosses where its zones differ: `from → to` as in its data. */
  readonly boundary: string;
  /** The same where one end is of the host. */
  readonly boundaryOfHost?: string;
}

export const FLOWS: { readonly [K in RelationKind]?: FlowRow } = {
  asks: { what: 'asks for work', phase: 'request', boundary: 'API client → daemon (root)' },
  'built-from': { what: 'base layers', backward: true, phase: 'build', boundary: 'third-party base image → own image' },
  'built-by': { what: 'built layers', backward: true, phase: 'build', boundary: 'build instructions → builder host' },
  'pulled-from': { what: 'layers', backward: true, phase: 'distribute', boundary: 'network → host storage' },
  'started-from': {
    what: 'programs and settings',
    backward: true,
    phase: 'start',
    boundary: 'runtime → container code',
  },
  'started-by': { what: 'creates and commands', backward: true, phase: 'create', boundary: 'daemon → runtime' },
  'runs-on': { what: 'system calls', phase: 'run', boundary: 'container → kernel' },
  'shares-host': { what: 'namespace of the host', bidirectional: true, phase: 'run', boundary: 'container → kernel' },
  'shares-with': { what: 'shared namespace', bidirectional: true, phase: 'run', boundary: 'container → neighbours' },
  reads: {
    what: 'reads',
    backward: true,
    phase: 'run',
    boundary: 'container → neighbours',
    boundaryOfHost: 'host → container',
  },
  writes: {
    what: 'reads and writes',
    bidirectional: true,
    phase: 'run',
    boundary: 'container → neighbours',
    boundaryOfHost: 'host → container',
  },
  'attached-to': { what: 'traffic', bidirectional: true, phase: 'run', boundary: 'container → network' },
  reaches: { what: 'requests', bidirectional: true, phase: 'run', boundary: 'container → network' },
  holds: { what: 'credential', backward: true, phase: 'run', boundary: 'host → container' },
  uses: { what: 'token', backward: true, phase: 'orchestrate', boundary: 'container → API server' },
  granted: { what: 'API requests', phase: 'orchestrate', boundary: 'container → API server' },
  controls: { what: 'pods and commands', phase: 'orchestrate', boundary: 'API server → other nodes' },
};
