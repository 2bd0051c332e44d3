import type { AssembledTargets } from '../check/index.ts';
import type { Phase } from '../lifecycle/index.ts';
import type { Fact, Place, Posture, Source } from '../posture/index.ts';
import type { Subject } from '../readers/index.ts';
import type { SystemBuilder } from './system.ts';

/** One object of a run with its posture. */
export type SystemObject = AssembledTargets['objects'][number];

/** What the derivation of one object needs to know of the others. */
export interface Surroundings {
  readonly builder: SystemBuilder;
  /** Where containers of Docker, podman and OCI runtimes run. */
  readonly host: string;
  /** Why that is so, where no file says it. */
  readonly hostAssumed: string | undefined;
  /** Service accounts whose rights are told already. */
  readonly accounts: Set<string>;
  /** Places of Services by which containers among the files are reached. */
  readonly routed: Set<string>;
  /** What can be told when every workload is in the system. */
  readonly later: (() => void)[];
}

/** One workload on its way into the system. */
export interface Scene extends Surroundings {
  readonly subject: Subject;
  readonly posture: Posture;
  readonly container: string;
  /** Host or node. */
  readonly home: string;
  /** The compose file or engine in which its names have a meaning. */
  readonly scope: string;
  /** The line where the object begins. */
  readonly own: By;
}

/** What states a relation. */
export interface By {
  readonly phase: Phase;
  readonly source: Source;
}

export function statedAt(place: Place, text: string, phase: Phase): By {
  return { phase, source: { kind: 'stated', text, ...place } };
}

export function by(fact: Fact<unknown>): By {
  return { phase: fact.phase, source: fact.source };
}

/** The same for two statements of one line. */
export function placeText(source: Source): string {
  return source.kind === 'stated' ? `${source.path}:${source.line}:${source.column}` : '';
}

/** Who wrote what the run was given. */
export function developer(builder: SystemBuilder): string {
  return builder.element({
    id: 'user:developer',
    kind: 'user',
    name: 'whoever writes and starts the artifacts',
    targets: [],
    assumed: 'whoever writes the artifacts can ask for anything in them',
  });
}
