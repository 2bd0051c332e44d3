import { availableParallelism } from 'node:os';
import { MACHINE } from '../live/files.ts';
import { parseGroups } from '../live/identity.ts';
import { CofferdamError, type Posture, Unknown } from '../posture/index.ts';
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
    // A vector means the host's group of that name: an image is taken to have the same number for it.
    groupId,
    ...(/^[a-zA-Z0-9][a-zA-Z0-9-]{0,62}$/.test(name) && { hostname: name }),
  });
  const missing = notes
    // The stub stands in for whatever program the image would start.
    .filter(({ key }) => key !== 'process.argv')
    .map(({ key, why }) => ({ step: 'configuration', why: `${key}: ${why}`, facts: [key.replace(/\*$/, '')] }));
  const mapped = withIds(config as OciConfig);
  return {
    config: mapped.config,
    missing: [...missing, ...mapped.missing, ...unattached(posture), ...unmappedVolumes(posture)],
  };
}

function groupId(name: string): number | undefined {
  const groups = MACHINE.text('/etc/group');
  return groups instanceof Unknown ? undefined : parseGroups(groups).find((group) => group.name === name)?.gid;
}

/** A user namespace needs a map; which ids an engine would take is written in files of its host (subuid(5)). */
function withIds(config: OciConfig): { readonly config: OciConfig; readonly missing: readonly Missing[] } {
  const linux = config.linux as {
    readonly namespaces: readonly { type: string; path?: string }[];
    uidMappings?: unknown;
  };
  const own = linux.namespaces.some(({ type, path }) => type === 'user' && path === undefined);
  if (!own) return { config, missing: [] };
  if (linux.uidMappings !== undefined) return withMappedGroups(config);
  const map = [{ containerID: 0, hostID: 100_000, size: 65_536 }];
  const why = 'which ids its user namespace gets is not known: 100000 and what follows stand in';
  const mapped = withMappedGroups({ ...config, linux: { ...linux, uidMappings: map, gidMappings: map } });
  return {
    config: mapped.config,
    missing: [{ step: 'user-namespace', why, facts: ['user-namespace.'] }, ...mapped.missing],
  };
}

const PING_GROUPS = 'net.ipv4.ping_group_range';

/**
 * Every group there is may not be named from within a user namespace (net/ipv4/sysctl_net_ipv4.c `ipv4_ping_group_range`), and engines
 * leave the setting out there (moby daemon/oci_linux.go `WithCommonOptions`).
 */
function withMappedGroups(config: OciConfig): ReturnType<typeof withIds> {
  const linux = config.linux as { readonly sysctl?: Readonly<Record<string, string>> };
  const { [PING_GROUPS]: range, ...sysctl } = linux.sysctl ?? {};
  if (range === undefined) return { config, missing: [] };
  const why = `${PING_GROUPS} names groups that its user namespace does not map`;
  return {
    config: { ...config, linux: { ...linux, sysctl } },
    missing: [{ step: 'sysctls', why, facts: [`sysctl.${PING_GROUPS}`] }],
  };
}

/** What a network namespace is attached to is the engine's work, outside of any configuration. */
function unattached(posture: Posture): readonly Missing[] {
  const mode = posture.known('network.mode');
  if (mode === 'none' || mode === 'host') return [];
  return [{ step: 'network', why: 'no engine attaches its network namespace to a network here', facts: ['network.'] }];
}

/** A kubelet has the volumes of a pod with a user namespace mounted with mapped ids (KEP-127): no fact says so, it goes with being a pod. */
function unmappedVolumes(posture: Posture): readonly Missing[] {
  const ownUsers = posture.known('namespace.user') !== 'host';
  if (!ownUsers || posture.get('kubernetes.kind') === undefined) return [];
  return [{ step: 'idmap', why: 'volumes are mounted here without mapped ids', facts: ['kubernetes.kind'] }];
}

/** What no runtime for containers of this kernel can start. */
export function notStartable(posture: Posture): CofferdamError | undefined {
  if (posture.known('platform') === 'windows') {
    return new CofferdamError('sandbox', 'a Windows container has no Linux kernel to ask', 'prove it on Windows');
  }
  const kind = posture.known('sandbox.kind');
  if (kind === 'hypervisor' || kind === 'user-space-kernel') {
    const runtime = posture.known('runtime.name') ?? kind;
    return new CofferdamError(
      'sandbox',
      `it runs under ${runtime}, which a container of this kernel cannot stand in for`,
      "probe that runtime itself: cofferdam probe runsc, or exec:'COMMAND {agent}'",
    );
  }
  return undefined;
}
