import { Unknown, type Value } from '../posture/index.ts';

/** The parts of an image reference as text; what it does not say is undefined (distribution's reference grammar). */
interface ImageReference {
  readonly registry: string | undefined;
  /** Without registry, tag and digest. */
  readonly repository: string;
  readonly tag: string | undefined;
  readonly digest: string | undefined;
}

function parseReference(reference: string): ImageReference {
  const at = reference.indexOf('@');
  const named = at < 0 ? reference : reference.slice(0, at);
  const colon = named.lastIndexOf(':');
  const hasTag = colon > named.lastIndexOf('/');
  const name = hasTag ? named.slice(0, colon) : named;
  const slash = name.indexOf('/');
  const first = slash < 0 ? '' : name.slice(0, slash);
  // The first part is a host only when it looks like one: a dot, a port, or localhost.
  const hasRegistry = first.includes('.') || first.includes(':') || first === 'localhost';
  return {
    registry: hasRegistry ? first : undefined,
    repository: hasRegistry ? name.slice(slash + 1) : name,
    tag: hasTag ? named.slice(colon + 1) : undefined,
    digest: at < 0 ? undefined : reference.slice(at + 1),
  };
}

/** `node`, `library/node`, `docker.io/node` → `docker.io/library/node`: one name for one repository of Docker's hub. */
export function canonicalRepository(reference: string): string {
  const { registry, repository } = parseReference(reference);
  const hub = registry === undefined || registry === 'docker.io' || registry === 'index.docker.io';
  if (!hub) return `${registry}/${repository}`;
  return `docker.io/${repository.includes('/') ? repository : `library/${repository}`}`;
}

/** What a reference states; the engine's own reading of what it leaves out is not stated: tag and registry stay `none`. */
export function referenceFacts(value: Value<string>): ReferenceFacts {
  const parts = value instanceof Unknown ? undefined : parseReference(value);
  const of = (part: string | undefined): Value<string> => (value instanceof Unknown ? value : (part ?? 'none'));
  return {
    'image.reference': value,
    'image.registry': of(parts?.registry),
    'image.tag': of(parts?.tag),
    'image.digest': of(parts?.digest),
  };
}

type ReferenceFacts = Readonly<Record<`image.${'reference' | 'registry' | 'tag' | 'digest'}`, Value<string>>>;
