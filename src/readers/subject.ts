import type { CofferdamError, Layer, Place, Statement, Unknown, Value } from '../posture/index.ts';
import type { Pod } from './kubernetes/pods.ts';

/** What kind of object a posture describes; a vector says for which kinds it has a meaning. */
type SubjectKind = 'workload' | 'image' | 'engine' | 'host' | 'cluster';

/** The language fixes are written in. */
export type ArtifactKind =
  | 'dockerfile'
  | 'compose'
  | 'docker-run'
  | 'podman-run'
  | 'kubernetes'
  | 'oci-config'
  | 'docker-inspect'
  | 'podman-inspect'
  | 'daemon-json'
  | 'host-profile'
  | 'posture'
  | 'process';

/**
 * One object found in an artifact, with the layers its own text states. Engine defaults, host and image layers are put
 * beneath by `check`; a reader never guesses what an engine would do.
 */
export interface Subject {
  /** Unique in a run and stable between runs: `compose.yaml#web`, `shop/deploy.yaml#Deployment/default/web/container/app`. */
  readonly id: string;
  readonly kind: SubjectKind;
  readonly name: string;
  readonly artifact: ArtifactKind;
  readonly place: Place;
  readonly layers: readonly Layer[];
  /** Which family of engines will start it; absent where any may. */
  readonly engine?: 'docker' | 'podman' | 'kubernetes' | 'runc' | 'crun';
  /** Its statements are the whole posture, those of the engine (where one starts it, `docker@29.7.2`) among them: nothing is laid beneath. */
  readonly assembled?: { readonly engine?: string };
  /** What was seen of it while it runs, beside what its engine states: it lies on top of the assembled posture and wins. */
  readonly observed?: readonly Statement[];
  /** The engine that started it, as an engine is chosen: `docker@29.7.2`. */
  readonly release?: string;
  /** Its process on this machine, where it runs. */
  readonly process?: number;
  /** The Dockerfile whose image it runs, and how it is built: joined by `check`. */
  readonly build?: ImageBuild;
  /** The pod of a Kubernetes workload, decoded with places: what the Pod Security Standards judge as a whole. */
  readonly pod?: Pod;
  /** Reference of the image that it runs, where one is named. */
  readonly image?: Value<string>;
  /** Comments `cofferdam: ignore VECTOR reason (until YYYY-MM-DD)` that stand in or directly above the object's text. */
  readonly suppressions: readonly InlineSuppression[];
}

/** The Dockerfile is a file (path as given in `ReadOptions.read`) or stands in the artifact itself. */
export type ImageBuild = {
  readonly target?: Value<string>;
  /** Build arguments; an unknown one takes the place of its ARG's default. */
  readonly args?: Readonly<Record<string, Value<string>>>;
} & ({ readonly dockerfile: string } | { readonly inline: { readonly text: string; readonly place: Place } });

export interface InlineSuppression {
  readonly vector: string;
  readonly reason: string;
  readonly until?: string;
  readonly place: Place;
}

/** `skipped`: recognised, not readable as it is (Helm template, Kustomize overlay), with the command that renders it. */
export interface ReadResult {
  readonly subjects: readonly Subject[];
  readonly problems: readonly CofferdamError[];
  readonly skipped: readonly { readonly path: string; readonly what: string; readonly remedy: string }[];
}

/** What a reader may ask of the outside. The caller decides what lies inside the allowed tree; a reader opens nothing itself. */
export interface ReadOptions {
  /** Text of a file named relative to the artifact's own folder, or why it cannot be had (missing, outside the tree, too large). */
  readonly read: (path: string, from: string) => { path: string; text: string } | Unknown;
  /** Whether a file exists, under the same limits. */
  readonly exists: (path: string, from: string) => boolean;
  /** Variables for interpolation beside the artifact's own `.env`. Empty unless the user passes some. */
  readonly environment: Readonly<Record<string, string>>;
  readonly profiles?: readonly string[];
}
