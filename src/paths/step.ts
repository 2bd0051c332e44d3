import type { StateKind } from './states.ts';

/** Where a vector starts or ends, seen from the object that has the finding: a state of that object, of its host, of its cluster. */
export type Word =
  | Exclude<StateKind, 'token' | 'volume-read' | 'volume-write'>
  /** Of a workload: code in it. Of a grant: the token of each account that it is given to. */
  | 'rights'
  /** The token of the account that the container runs as. */
  | 'own-token'
  /** Tokens of every account of the namespace. */
  | 'tokens'
  /** The networks that the container is attached to. */
  | 'networks'
  /** The other containers of the same pod, or that share its namespaces. */
  | 'pod-mates';

/** What has to happen beside the vector being open. Each has its price. */
export type Need =
  | 'application-flaw'
  | 'user-action'
  | 'kernel-bug'
  | 'runtime-bug'
  | 'engine-bug'
  | 'orchestrator-bug'
  | 'hypervisor-bug';

export interface Leads {
  readonly from: Word;
  readonly to: Word;
  /** Further conditions: all of them. */
  readonly and?: readonly Word[];
  readonly needs?: Need;
}

/** What a vector is on a path: steps; a part in the step of another kind; or nothing, with why. */
export type VectorStep =
  | { readonly steps: readonly Leads[] }
  | { readonly widens: Extract<Need, 'kernel-bug'> }
  | { readonly none: string };
