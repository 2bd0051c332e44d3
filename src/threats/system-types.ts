import type { Phase } from '../lifecycle/index.ts';
import type { Source } from '../posture/index.ts';

/** What a system is made of, in the order of reports. */
export const ELEMENT_KINDS = [
  'user',
  'builder',
  'registry',
  'image',
  'engine',
  'host',
  'node',
  'kernel',
  'api-server',
  'namespace',
  'pod',
  'container',
  'volume',
  'network',
  'secret',
  'service-account',
] as const;

export type ElementKind = (typeof ELEMENT_KINDS)[number];

/**
 * What one element has to do with another. Each reads as a sentence, `from KIND to`; two containers of one pod, one host or one
 * network are joined by the element that both have, so the number of relations is linear in that of statements.
 */
export type RelationKind =
  /** container, engine, builder → host, node; host, node → kernel. */
  | 'runs-on'
  /** container → image. */
  | 'started-from'
  /** container → engine that starts it. */
  | 'started-by'
  /** image → base image. */
  | 'built-from'
  /** image → builder. */
  | 'built-by'
  /** image → registry. */
  | 'pulled-from'
  /** container → volume. */
  | 'reads'
  | 'writes'
  /** volume → host whose path it is; engine's volumes lie there too. */
  | 'stored-on'
  /** volume → volume that shows a path above it. */
  | 'part-of'
  /** container, user → network. */
  | 'attached-to'
  /** user → container: a port of the host or of every node leads there. */
  | 'reaches'
  /** user → builder, engine, api-server: gives it work. */
  | 'asks'
  /** container → service account, with its token inside. */
  | 'uses'
  /** container → service account whose token is not handed in. */
  | 'named-as'
  /** service account, user → api-server: rights are granted. */
  | 'granted'
  /** container, image → secret. */
  | 'holds'
  | 'in-pod'
  | 'in-namespace'
  /** container → container whose namespace (detail) it uses. */
  | 'shares-with'
  /** container → host, node: a namespace of the host (detail) is its own. */
  | 'shares-host'
  /** container → engine whose socket it has; api-server → node. */
  | 'controls';

export interface SystemElement {
  /** Stable between runs: `container:compose.yaml#web`, `volume:compose.yaml#data`, `host:local`. */
  readonly id: string;
  readonly kind: ElementKind;
  /** As a report shows it. */
  readonly name: string;
  /** Where it is first spoken of; absent where nothing states it. */
  readonly source?: Source;
  /** Ids of the objects of the check result that describe it; their findings are its own. */
  readonly targets: readonly string[];
  /** Why it is in the model although nothing states it. */
  readonly assumed?: string;
  /** What else tells it: `path` of a volume on the host, `internal` network. */
  readonly attributes?: Readonly<Record<string, string>>;
}

export interface Relation {
  readonly kind: RelationKind;
  /** Ids of elements. */
  readonly from: string;
  readonly to: string;
  readonly phase: Phase;
  readonly source: Source;
  /** A port, a right (`get secrets (cluster)`), a mount's place, a namespace. */
  readonly detail?: string;
  /** Why it is taken to hold although it is not known. */
  readonly assumed?: string;
}
