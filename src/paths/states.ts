/**
 * What an attacker can hold, as a small vocabulary. A state is a kind with the thing it is about; its id is stable between runs
 * (`code:compose.yaml#web`, `host-root:host`), and what an entry, an asset and a line of a story are named by.
 */
export const STATE_KINDS = {
  outside: { label: 'the network outside', about: 'nothing' },
  client: { label: 'access to the API of the engine', about: 'host' },
  code: { label: 'code in {}', about: 'container' },
  root: { label: 'root in {}', about: 'container' },
  network: { label: 'a position on {}', about: 'network' },
  'host-network': { label: 'a position on the network of {}', about: 'host' },
  'host-code': { label: 'code on {}', about: 'host' },
  'host-root': { label: 'root on {}', about: 'host' },
  kernel: { label: 'the kernel of {}', about: 'host' },
  'host-files': { label: 'every file of {}', about: 'host' },
  'host-part': { label: 'some files of {}', about: 'host' },
  'host-credential': { label: 'credentials kept on {}', about: 'host' },
  'host-service': { label: 'services of {}', about: 'host' },
  availability: { label: 'the availability of {}', about: 'host' },
  'volume-read': { label: 'the contents of {}', about: 'volume' },
  'volume-write': { label: 'writing to {}', about: 'volume' },
  credential: { label: 'the credential {}', about: 'secret' },
  'cloud-identity': { label: 'the cloud identity of {}', about: 'host' },
  token: { label: 'the token of {}', about: 'account' },
  'pod-create': { label: 'starting pods in {}', about: 'namespace' },
  'pod-change': { label: 'entering or changing pods in {}', about: 'namespace' },
  'secrets-read': { label: 'the secrets of {}', about: 'namespace' },
  'namespace-admin': { label: 'every right to {}', about: 'namespace' },
  'cluster-admin': { label: 'control of the cluster', about: 'cluster' },
  'cluster-part': { label: 'some rights over the cluster', about: 'cluster' },
  'cluster-pods': { label: 'entering every pod of the cluster', about: 'cluster' },
  'cluster-secrets': { label: 'every secret of the cluster', about: 'cluster' },
  tenants: { label: 'every other container on {}', about: 'host' },
  registry: { label: 'control of {}', about: 'registry' },
  supply: { label: 'control of what the registry hands out for {}', about: 'image' },
  build: { label: 'control of what the build of {} takes in', about: 'image' },
  image: { label: 'control of the image {}', about: 'image' },
} as const;

export type StateKind = keyof typeof STATE_KINDS;

export interface State {
  readonly kind: StateKind;
  /** The name of the thing; empty for what there is one of. */
  readonly about: string;
}

export function stateId({ kind, about }: State): string {
  return about === '' ? kind : `${kind}:${about}`;
}

/** `nameOf` makes a short name of the thing, where there is one. */
export function labelOf({ kind, about }: State, nameOf: (about: string) => string = (name) => name): string {
  return STATE_KINDS[kind].label.replace('{}', () => nameOf(about));
}
