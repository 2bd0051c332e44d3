import { CofferdamError, compareReleases } from '../posture/index.ts';
import type { EngineData, EngineDefaults, EngineName } from './types.ts';

/** One engine at one version, and whether the user said so or it was taken. */
export interface EngineChoice {
  readonly name: EngineName;
  readonly version: string;
  /** As the user knows it: `docker@28`, which stands for the newest release of 28. */
  readonly title: string;
  readonly stated: boolean;
}

/** What the engine does at that version: revisions up to it folded, later keys replacing earlier ones whole. */
export function defaultsAt(
  data: EngineData,
  version: string,
): EngineDefaults & { readonly cites: Readonly<Record<string, string>> } {
  const folded: Record<string, unknown> = {};
  const cites: Record<string, string> = {};
  for (const revision of data.revisions) {
    const { since, source, ...defaults } = revision;
    if (compareReleases(since, version) > 0) break;
    for (const [key, value] of Object.entries(defaults)) {
      folded[key] = value;
      cites[key] = source;
    }
  }
  return { ...(folded as EngineDefaults), cites };
}

/** Newest release of each engine whose defaults were read from its source; taken when nothing is said. */
export function parseChoice(text: string, engines: Readonly<Record<EngineName, EngineData>>): EngineChoice {
  const [name = '', version] = text.split('@', 2);
  const data = Object.hasOwn(engines, name) ? engines[name as EngineName] : undefined;
  if (data === undefined) {
    throw new CofferdamError(
      'unknown-engine',
      `engine \`${name}\` is not known`,
      `choose one of ${Object.keys(engines).join(', ')}`,
    );
  }
  if (version === undefined || version === '') return usual(data, true);
  if (!/^v?\d+(\.\d+){0,2}([-~+][\w.]+)?$/.test(version)) {
    throw new CofferdamError(
      'engine-version',
      `\`${version}\` is not a version`,
      `write ${name}@${data.verifiedThrough}`,
    );
  }
  return stated(version.replace(/^v/, ''), data);
}

/** The newest release whose source was read. */
export function usual(data: EngineData, stated: boolean): EngineChoice {
  const { name, verifiedThrough: version } = data;
  return { name, version, title: `${name}@${version}`, stated };
}

/** Nothing is known of releases before the first: without its defaults everything would look closed. */
function stated(written: string, data: EngineData): EngineChoice {
  const { name, verifiedThrough } = data;
  const version = newestOf(written, data);
  const oldest = data.revisions[0]?.since ?? verifiedThrough;
  if (compareReleases(version, oldest) < 0) {
    throw new CofferdamError(
      'engine-version',
      `the defaults of ${name} ${written} are not known`,
      `${name} ${oldest} to ${verifiedThrough} are; --engine ${name}@${oldest} comes nearest`,
    );
  }
  const later = compareReleases(version, verifiedThrough) > 0 ? ` (defaults of ${verifiedThrough})` : '';
  const shown = version === verifiedThrough ? version : written;
  return { name, version, title: `${name}@${shown}${later}`, stated: true };
}

/** `28` is the newest release of 28 that is known: parts left out count as the highest, bounded by what was read. */
function newestOf(version: string, data: EngineData): string {
  const parts = version.split('.');
  if (parts.length >= 3) return version;
  const within = (candidate: string) => parts.every((part, i) => candidate.split('.')[i] === part);
  if (within(data.verifiedThrough)) return data.verifiedThrough;
  return [...parts, '999', '999'].slice(0, 3).join('.');
}
