import { type Posture, Unknown } from '../posture/index.ts';
import type { System } from '../threats/system.ts';
import type { SystemElement } from '../threats/system-types.ts';
import type { State, StateKind } from './states.ts';
import type { Word } from './step.ts';

/** An object of the check result as the words of its vectors see it. */
export interface Speaker {
  readonly target: string;
  readonly kind: 'workload' | 'image' | 'engine' | 'host' | 'cluster';
  readonly element: SystemElement | undefined;
  readonly posture: Posture;
}

const NAMESPACED: ReadonlySet<Word> = new Set<Word>([
  'pod-create',
  'pod-change',
  'secrets-read',
  'namespace-admin',
  'tokens',
]);

/** A right over one namespace that is granted for all of them is a right over the cluster. */
const CLUSTER_WIDE: Readonly<Partial<Record<Word, StateKind>>> = {
  'pod-create': 'cluster-admin',
  'pod-change': 'cluster-pods',
  'secrets-read': 'cluster-secrets',
  'namespace-admin': 'cluster-admin',
  tokens: 'cluster-admin',
};

/** Which states a word means to an object. Several: each of them by itself. None: the word has no meaning there. */
export class Words {
  readonly #system: System;
  readonly #nodes: readonly string[];
  readonly #api: string | undefined;
  readonly #accounts = new Map<string, string[]>();

  constructor(system: System) {
    this.#system = system;
    this.#nodes = system.ofKind('node').map(({ id }) => id);
    this.#api = system.ofKind('api-server')[0]?.id;
    for (const { id } of system.ofKind('service-account')) {
      const namespace = /^service-account:([^/]+)\//.exec(id)?.[1] ?? '';
      const known = this.#accounts.get(namespace);
      if (known === undefined) this.#accounts.set(namespace, [id]);
      else known.push(id);
    }
  }

  /** `wide`: the right holds in every namespace. */
  states(word: Word, speaker: Speaker, wide = false): readonly State[] {
    const whole = wide ? CLUSTER_WIDE[word] : undefined;
    if (whole !== undefined) return this.#cluster(whole);
    if (NAMESPACED.has(word)) return this.#namespaced(word, speaker);
    return this.#plain(word, speaker);
  }

  #plain(word: Word, speaker: Speaker): readonly State[] {
    const all = (kind: StateKind, ids: readonly string[]): State[] => ids.map((about) => ({ kind, about }));
    const container = speaker.kind === 'workload' ? speaker.element?.id : undefined;
    switch (word) {
      case 'outside':
        return [{ kind: 'outside', about: '' }];
      case 'code':
      case 'root':
        return container === undefined ? [] : all(word, [container]);
      case 'rights':
        return container === undefined ? all('token', grantedTo(speaker.posture)) : all('code', [container]);
      case 'own-token':
        return all('token', this.#ends(container, 'uses'));
      case 'networks':
      case 'network':
        return all('network', this.#ends(container, 'attached-to'));
      case 'pod-mates':
        return all('code', container === undefined ? [] : this.#mates(container));
      case 'credential':
        return container === undefined ? [] : all('credential', [container]);
      case 'image':
      case 'supply':
      case 'build':
        return all(word, this.#images(speaker));
      case 'registry':
        return all(
          word,
          this.#images(speaker).flatMap((image) => this.#ends(image, 'pulled-from')),
        );
      case 'cluster-admin':
      case 'cluster-part':
      case 'cluster-pods':
      case 'cluster-secrets':
        return this.#cluster(word);
      default:
        return all(word as StateKind, this.#hosts(speaker));
    }
  }

  #cluster(kind: StateKind): readonly State[] {
    return this.#api === undefined ? [] : [{ kind, about: this.#api }];
  }

  #namespaced(word: Word, speaker: Speaker): readonly State[] {
    const own = speaker.element?.kind === 'namespace' ? speaker.element.id.slice('namespace:'.length) : undefined;
    const name = own ?? speaker.posture.known('kubernetes.namespace');
    if (typeof name !== 'string') return [];
    if (word === 'tokens') return (this.#accounts.get(name) ?? []).map((about) => ({ kind: 'token', about }));
    const about = `namespace:${name}`;
    return this.#system.element(about) === undefined ? [] : [{ kind: word as StateKind, about }];
  }

  #ends(
    id: string | undefined,
    kind: 'uses' | 'attached-to' | 'pulled-from' | 'runs-on' | 'started-from' | 'built-by',
  ): string[] {
    return id === undefined ? [] : this.#system.from(id, kind).map(({ to }) => to);
  }

  #images({ kind, element }: Speaker): readonly string[] {
    if (element === undefined) return [];
    return kind === 'workload' ? this.#ends(element.id, 'started-from') : kind === 'image' ? [element.id] : [];
  }

  #hosts({ kind, element }: Speaker): readonly string[] {
    if (kind === 'cluster') return this.#nodes;
    if (element === undefined) return [];
    if (element.kind === 'host' || element.kind === 'node') return [element.id];
    if (kind === 'image')
      return this.#ends(element.id, 'built-by').flatMap((builder) => this.#ends(builder, 'runs-on'));
    return this.#ends(element.id, 'runs-on');
  }

  #mates(container: string): readonly string[] {
    const mates = new Set<string>();
    for (const { to: pod } of this.#system.from(container, 'in-pod'))
      for (const { from } of this.#system.to(pod, 'in-pod')) mates.add(from);
    for (const { to } of this.#system.from(container, 'shares-with')) mates.add(to);
    for (const { from } of this.#system.to(container, 'shares-with')) mates.add(from);
    mates.delete(container);
    return [...mates];
  }
}

/** `ServiceAccount/shop/web` of a grant. */
function grantedTo(posture: Posture): string[] {
  const fact = posture.get('cluster.granted-to');
  if (fact === undefined || fact.value instanceof Unknown || !Array.isArray(fact.value)) return [];
  return (fact.value as readonly string[])
    .filter((holder) => holder.startsWith('ServiceAccount/'))
    .map((holder) => `service-account:${holder.slice('ServiceAccount/'.length)}`);
}
