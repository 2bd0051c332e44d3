import { factOf, type Mount, Unknown, type Value } from '../../posture/index.ts';
import { boolean, type Node } from '../document/index.ts';
import { mountFlags, propagationOf, tmpfsMount } from '../mount-options.ts';
import { cleanPath } from '../paths.ts';
import { entryOf, itemsOf, mapOf, type Stating, siteOf, textOf, wordsOf } from '../stating.ts';
import type { Inspected } from './container.ts';

/** `Mounts` holds every bind and volume, wherever it was asked for; temporary file systems of `--tmpfs` stand in `HostConfig.Tmpfs`. */
export function stateMounts({ stating, item }: Inspected): void {
  for (const mount of itemsOf(entryOf(item, 'Mounts')?.value, stating) ?? []) stateMount(stating, mount);
  for (const [destination, entry] of mapOf(entryOf(item, 'HostConfig', 'Tmpfs')?.value, stating)?.entries ?? []) {
    const mount = tmpfsMount(entry.value.kind === 'scalar' ? entry.value.text.split(',') : []);
    stating.state(siteOf(entry), `HostConfig.Tmpfs: ${destination}`, factOf(`mount.${cleanPath(destination)}`, mount));
  }
}

function stateMount(stating: Stating, mount: Node): void {
  const destination = entryOf(mount, 'Destination')?.value;
  if (destination?.kind !== 'scalar') {
    stating.report('wrong-type', 'a mount needs a `Destination`', 'give the output of inspect unchanged', mount);
    return;
  }
  const inside = cleanPath(destination.text);
  const value = readMount(stating, mount);
  const shown = value instanceof Unknown ? '?' : (value.source ?? value.type);
  const mode = value instanceof Unknown ? '?' : value.readonly ? 'ro' : 'rw';
  stating.state(destination, `Mounts: ${shown}:${inside}:${mode}`, factOf(`mount.${inside}`, value));
}

function readMount(stating: Stating, mount: Node): Value<Mount> {
  // Docker before 17.06 and volumes of old containers have no type: a name makes it a volume.
  const name = textOf(mount, 'Name');
  const type = textOf(mount, 'Type') || (name ? 'volume' : 'bind');
  const source = textOf(mount, 'Source') ?? '';
  const writable = entryOf(mount, 'RW')?.value;
  const rw = writable === undefined ? true : stating.read(boolean, writable);
  if (typeof rw !== 'boolean') return new Unknown('whether it is writable cannot be read');
  const propagation = propagationOf(textOf(mount, 'Propagation') ?? '');
  const options = entryOf(mount, 'Options')?.value;
  const { nosuid, nodev, noexec } = mountFlags((options && wordsOf(stating, options)) ?? []);
  return {
    type,
    ...(type === 'bind' && source !== '' ? { source: cleanPath(source) } : {}),
    ...(type === 'volume' ? { source: name || source } : {}),
    readonly: !rw,
    ...(nosuid ? { nosuid: true } : {}),
    ...(nodev ? { nodev: true } : {}),
    ...(noexec ? { noexec: true } : {}),
    ...(propagation ? { propagation } : {}),
  };
}
