import { availableParallelism } from 'node:os';
import type { Posture } from '../posture/index.ts';
import { toOciConfig } from '../posture/oci.ts';
import type { Subject } from '../readers/index.ts';
import type { Missing, OciConfig } from '../runtimes/index.ts';
import { hostDevices } from './host-devices.ts';

/**
 * The configuration in which a posture is started for its proof: what `export --format oci` writes. A fact that the posture does
 * not know, or that no configuration can say, is missing from it: what leans on it is not proven.
 */
export function configOf(
  posture: Posture,
  { name }: Subject,
): { readonly config: OciConfig; readonly missing: readonly Missing[] } {
  const { config, notes } = toOciConfig(posture, {
    hostDevices,
    cpus: availableParallelism(),
    ...(/^[a-zA-Z0-9][a-zA-Z0-9-]{0,62}$/.test(name) && { hostname: name }),
  });
  const missing = notes
    // The stub stands in for whatever program the image would start.
    .filter(({ key }) => key !== 'process.argv')
    .map(({ key, why }) => ({ step: 'configuration', why: `${key}: ${why}`, facts: [key.replace(/\*$/, '')] }));
  const mapped = withIds(config as OciConfig);
  return { config: mapped.config, missing: [...missing, ...mapped.missing, ...unattached(posture)] };
}

/** A user namespace needs a map; which ids an engine would take is written in files of its host (subuid(5)). */
function withIds(config: OciConfig): { readonly config: OciConfig; readonly missing: readonly Missing[] } {
  const linux = config.linux as {
    readonly namespaces: readonly { type: string; path?: string }[];
    uidMappings?: unknown;
  };
  const own = linux.namespaces.some(({ type, path }) => type === 'user' && path === undefined);
  if (!own || linux.uidMappings !== undefined) return { config, missing: [] };
  const map = [{ containerID: 0, hostID: 100_000, size: 65_536 }];
  const why = 'which ids its user namespace gets is not known: 100000 and what follows stand in';
  return {
    config: { ...config, linux: { ...linux, uidMappings: map, gidMappings: map } },
    missing: [{ step: 'user-namespace', why, facts: ['user-namespace.'] }],
  };
}

/** What a network namespace is attached to is the engine's work, outside of any configuration. */
function unattached(posture: Posture): readonly Missing[] {
  const mode = posture.known('network.mode');
  if (mode === 'none' || mode === 'host') return [];
  return [{ step: 'network', why: 'no engine attaches its network namespace to a network here', facts: ['network.'] }];
}
