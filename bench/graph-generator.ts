/**
 * A synthetic cluster as an attack graph. Deterministic: the same size gives the same graph.
 *
 * For n containers: n / 25 hosts, n / 10 service accounts, n / 200 namespaces (at least one each), n / 20 volumes, one cluster-admin.
 * Who uses which service account, volume and namespace follows a power law (the square or cube of an even number): few are used by many.
 * Ten steps a container: its service account; its host to it; six or seven to containers in reach over the network, of which
 * popular ones have most; and by chance an escape to the host (1 in 10), writing a volume (1 in 20), what that takes in
 * another container that reads it (two conditions), creating pods with an account that may (two conditions). One account in fifty,
 * together with one host, is enough for the whole cluster.
 */
import { type Control, type Graph, GraphBuilder } from '../src/graph/index.ts';
import { randomFrom } from '../src/graph/testing/random.ts';

export interface Cluster {
  readonly graph: Graph;
  readonly entries: readonly number[];
  readonly target: number;
  /** By step: its kind, and the namespace where it could be closed. */
  readonly kindOf: (step: number) => number;
  readonly namespaceOf: (step: number) => number;
}

/** Kind: what a step costs an attacker, and what it costs to close it in one namespace (nothing closes it where none is given). */
const KINDS = [
  { kind: 'read the service account token', cost: 0, closing: 2 },
  { kind: 'from host to container', cost: 0, closing: undefined },
  { kind: 'over the network', cost: 5, closing: 5 },
  { kind: 'escape to the host', cost: 20, closing: 1 },
  { kind: 'write a volume', cost: 1, closing: 1 },
  { kind: 'run what was written', cost: 10, closing: 3 },
  { kind: 'create a pod on a host', cost: 2, closing: 2 },
  { kind: 'take the cluster over', cost: 3, closing: 8 },
] as const;

const part = (containers: number, of: number): number => Math.max(1, Math.floor(containers / of));

export function clusterOf(containers: number): Cluster {
  const random = randomFrom(containers);
  const even = (limit: number): number => Math.floor(random() * limit);
  const skewed = (limit: number): number => Math.floor(random() ** 3 * limit);
  const namespaces = part(containers, 200);
  const builder = new GraphBuilder();
  const container = builder.states(containers);
  const hosts = part(containers, 25);
  const host = builder.states(hosts);
  const accounts = part(containers, 10);
  const account = builder.states(accounts);
  const volumes = part(containers, 20);
  const volume = builder.states(volumes);
  const admin = builder.state();
  const add = (kind: number, namespace: number, conditions: readonly number[], result: number): void => {
    builder.step(conditions, result, (KINDS[kind] as (typeof KINDS)[number]).cost, namespace * KINDS.length + kind);
  };
  for (let i = 0; i < containers; i++) {
    const own = container + i;
    const namespace = skewed(namespaces);
    const onHost = host + even(hosts);
    add(0, namespace, [own], account + skewed(accounts));
    add(1, namespace, [onHost], own);
    for (let peer = 0; peer < 7; peer++)
      add(2, namespace, [own], container + (peer < 4 ? skewed(containers) : even(containers)));
    if (random() < 0.1) add(3, namespace, [own], onHost);
    if (random() < 0.05) add(4, namespace, [own], volume + skewed(volumes));
    if (random() < 0.1) add(5, namespace, [volume + skewed(volumes), container + even(containers)], own);
    if (random() < 0.3) add(6, namespace, [account + even(accounts), own], host + even(hosts));
  }
  for (let i = 0; i < part(accounts, 50); i++)
    add(7, even(namespaces), [account + even(accounts), host + even(hosts)], admin);
  const graph = builder.build();
  return {
    graph,
    entries: [container + even(containers), container + even(containers)],
    target: admin,
    kindOf: (step) => (graph.tag[step] as number) % KINDS.length,
    namespaceOf: (step) => Math.floor((graph.tag[step] as number) / KINDS.length),
  };
}

/** One control a kind and namespace, and one a kind for the whole cluster, at the price of ten namespaces. */
export function controlsOf({ graph, kindOf, namespaceOf }: Cluster): Control[] {
  const controls = new Map<string, { cost: number; steps: number[] }>();
  const put = (key: string, cost: number, step: number): void => {
    const control = controls.get(key) ?? { cost, steps: [] };
    controls.set(key, control);
    control.steps.push(step);
  };
  for (let step = 0; step < graph.steps; step++) {
    const kind = kindOf(step);
    const closing = KINDS[kind]?.closing;
    if (closing === undefined) continue;
    put(`${kind} in ${namespaceOf(step)}`, closing, step);
    put(`${kind}`, closing * 10, step);
  }
  return [...controls.values()];
}
