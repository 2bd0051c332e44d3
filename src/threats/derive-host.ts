import { type Source, Unknown } from '../posture/index.ts';
import { type Surroundings, type SystemObject, statedAt } from './scene.ts';
import type { SystemBuilder } from './system.ts';

/** Machines, and the kernels that all on them share. */

/** One machine is taken for all that is not of a cluster: no file says on how many it runs. */
export function surroundingsOf(objects: readonly SystemObject[], builder: SystemBuilder): Surroundings {
  const hosts = objects.filter(({ subject }) => subject.kind === 'host');
  for (const host of hosts) describedHost(host, builder);
  const [only] = hosts;
  const gathered = { accounts: new Set<string>(), routed: new Set<string>(), later: [] };
  if (only !== undefined && hosts.length === 1) {
    const hostAssumed = 'one host is described: what is not of a cluster is taken to run on it';
    return { builder, host: `host:${only.subject.id}`, hostAssumed, ...gathered };
  }
  const hostAssumed =
    hosts.length === 0
      ? 'no host is described: all that is not of a cluster is taken to run on one'
      : 'several hosts are described and no file says which is meant: all is taken to run on one more';
  return { builder, host: 'host:local', hostAssumed, ...gathered };
}

function describedHost({ subject, posture }: SystemObject, builder: SystemBuilder): void {
  const at = statedAt(subject.place, subject.name, 'host');
  const { source } = at;
  const id = builder.element({
    id: `host:${subject.id}`,
    kind: 'host',
    name: subject.name,
    source,
    targets: [subject.id],
  });
  const kernel = posture.get('host.kernel');
  const release = kernel === undefined || kernel.value instanceof Unknown ? '' : ` ${kernel.value}`;
  const name = `kernel${release} of ${subject.name}`;
  builder.element({ id: `kernel:${id}`, kind: 'kernel', name, source: kernel?.source ?? source, targets: [] });
  builder.relate(id, 'runs-on', `kernel:${id}`, at);
}

/** The machine of all that is not of a cluster, put into the system where no file describes it. */
export function assumedHost({ builder, host, hostAssumed = '' }: Surroundings, source: Source): string {
  if (builder.has(host)) return host;
  builder.element({ id: host, kind: 'host', name: 'the host', targets: [], assumed: hostAssumed });
  return withKernel(host, 'kernel of the host', builder, source);
}

export function nodeOf(name: unknown, { builder }: Surroundings, source: Source): string {
  const stated = typeof name === 'string' && name !== '' ? name : undefined;
  const id = builder.element({
    id: `node:${stated ?? 'group'}`,
    kind: 'node',
    name: stated === undefined ? 'nodes of the cluster' : `node ${stated}`,
    targets: [],
    ...(stated === undefined && {
      assumed: 'no file names the nodes: pods are taken to run on one group of equal nodes',
    }),
  });
  return withKernel(id, 'kernel of each node', builder, source);
}

function withKernel(host: string, name: string, builder: SystemBuilder, source: Source): string {
  const kernel = `kernel:${host}`;
  builder.element({
    id: kernel,
    kind: 'kernel',
    name,
    targets: [],
    assumed: 'no file describes the kernel: its version and settings are not known',
  });
  builder.relate(host, 'runs-on', kernel, { phase: 'host', source });
  return host;
}
