import { expandProfile, type ProfileDocument, type SeccompProfile } from '../kernel/seccomp-profile.ts';
import { defaultsAt, type EngineChoice, parseChoice, usual } from './choice.ts';
import { ENGINES } from './data/engines.data.ts';
import { PROFILE_DOCUMENTS } from './data/profiles.generated.ts';
import type { EngineAtVersion } from './defaults.ts';
import type { EngineDefaults, EngineName } from './types.ts';

/** Which engine starts an artifact for which the user named none: the newest release whose source was read. */
export function usualChoice(name: EngineName): EngineChoice {
  return usual(ENGINES[name], false);
}

/**
 * Reads `docker@28`, `podman@5`, `kubernetes@1.34`, or a node's two parts `kubernetes@1.34/containerd@2.1`.
 * @throws CofferdamError `unknown-engine`, `engine-version`.
 */
export function readChoice(text: string): readonly EngineChoice[] {
  return text.split('/').map((part) => parseChoice(part, ENGINES));
}

/** The engine's defaults at a version, with the one seccomp profile that it uses loaded. */
export async function loadEngine(choices: readonly EngineChoice[]): Promise<EngineAtVersion> {
  const [first, second] = choices;
  if (first === undefined) throw new RangeError('no engine chosen');
  if (first.name !== 'kubernetes') return build(first, defaultsAt(ENGINES[first.name], first.version));
  // A node is two programs: the kubelet decides what it speaks of, the engine beneath it the rest.
  const beneath = second ?? usualChoice('containerd');
  const engine = defaultsAt(ENGINES[beneath.name], beneath.version);
  const kubelet = defaultsAt(ENGINES.kubernetes, first.version);
  const seccomp = engine.seccomp && { ...engine.seccomp, applied: kubelet.seccomp?.applied ?? engine.seccomp.applied };
  // CRI-O masks its own list beside the kubelet's (since 1.33); containerd takes the kubelet's as it is.
  const masks =
    beneath.name === 'crio'
      ? [...new Set([...(kubelet.maskedPaths ?? []), ...(engine.maskedPaths ?? [])])]
      : kubelet.maskedPaths;
  const merged = {
    ...engine,
    ...kubelet,
    ...(seccomp && { seccomp }),
    ...(masks && { maskedPaths: masks }),
    cites: { ...engine.cites, ...kubelet.cites },
  };
  const built = await build(first, merged);
  return { ...built, title: `${built.title} with ${beneath.title}` };
}

async function build(
  choice: EngineChoice,
  folded: EngineDefaults & { cites: Readonly<Record<string, string>> },
): Promise<EngineAtVersion> {
  const { cites, ...defaults } = folded;
  const id = defaults.seccomp?.profile;
  const profile = typeof id === 'string' ? { name: id, profile: await loadProfile(id) } : undefined;
  return {
    title: choice.title,
    name: choice.name,
    version: choice.version,
    defaults,
    cites,
    seccompProfile: profile,
  };
}

const loaded = new Map<string, SeccompProfile>();

/** A stored profile, whole. Stored ones may be written as changes to a base, so bases are loaded too. */
export async function loadProfile(id: string): Promise<SeccompProfile> {
  const found = loaded.get(id);
  if (found !== undefined) return found;
  const documents = new Map<string, ProfileDocument>();
  for (let at: string | undefined = id; at !== undefined; at = documents.get(at)?.base) {
    const load = PROFILE_DOCUMENTS[at];
    if (load === undefined) throw new RangeError(`no seccomp profile ${at}`);
    documents.set(at, await load());
  }
  const profile = expandProfile(id, (wanted) => documents.get(wanted));
  loaded.set(id, profile);
  return profile;
}
