import { Objects, openSession, type SessionOptions } from '../check/index.ts';
import type { Statement } from '../posture/index.ts';
import type { OciConfig, Runtime } from '../runtimes/index.ts';
import type { Profile } from '../runtimes/profiles.data.ts';
import type { StartRequest } from '../runtimes/types.ts';
import { configOf } from './configuration.ts';

/** What Docker would ask of a runtime for an image that states nothing; with a profile, for one that is started so. */
export async function usualConfig(options: SessionOptions, profile?: Profile): Promise<OciConfig> {
  const line = [...(profile?.options ?? []), 'image'].join(' ');
  const { read, checkOptions } = await openSession([`docker-run:${line}`], options);
  const [subject] = read.subjects;
  if (subject === undefined) throw new Error('a run line describes a container');
  const daemon = profile?.userNamespace === true ? REMAPPED : NOTHING;
  const { posture } = await new Objects(checkOptions, daemon).assemble(subject);
  return configOf(posture, subject).config;
}

/** A user namespace is asked for where the daemon is configured, not where a container is. */
const REMAPPED: readonly Statement[] = [
  { phase: 'host', source: { kind: 'changed', by: 'the profile' }, facts: { 'daemon.userns-remap': 'default' } },
];
const NOTHING: readonly Statement[] = [];

/** How a runtime is asked for a profile. */
export async function requestOf(
  runtime: Runtime,
  profile: Profile | undefined,
  options: SessionOptions,
): Promise<Pick<StartRequest, 'config' | 'profile'>> {
  if (runtime.takesConfig) return { config: await usualConfig(options, profile) };
  return profile === undefined ? {} : { profile };
}
