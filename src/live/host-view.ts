import { Unknown, type Value } from '../posture/index.ts';
import type { Files } from './files.ts';
import { type MountEntry, parseMountinfo } from './mountinfo.ts';
import {
  type HostNamespaces,
  hostNamespaces,
  isHostNamespace,
  type NamespaceNumbers,
  namespaceNumbers,
} from './namespaces.ts';

/** What a process is compared with. Read once for as many processes as are looked at. */
export interface HostView {
  readonly namespaces: HostNamespaces;
  /** Of this program. */
  readonly own: NamespaceNumbers;
  /** The host's mount table, where it can be read. */
  readonly mounts: Value<readonly MountEntry[]>;
  /** This program's, through which it reads the files of control groups. */
  readonly ownMounts: readonly MountEntry[];
}

export function viewHost(files: Files): HostView {
  const namespaces = hostNamespaces(files);
  const own = namespaceNumbers(files, 'self');
  const text = files.text('/proc/self/mountinfo');
  const ownMounts = text instanceof Unknown ? [] : parseMountinfo(text);
  return { namespaces, own, ownMounts, mounts: hostMounts(files, namespaces, own, ownMounts) };
}

function hostMounts(
  files: Files,
  namespaces: HostNamespaces,
  own: NamespaceNumbers,
  ownMounts: readonly MountEntry[],
): Value<readonly MountEntry[]> {
  if (!(own.mnt instanceof Unknown) && isHostNamespace('mnt', own.mnt, namespaces) === true) return ownMounts;
  if (namespaces.numbers.mnt instanceof Unknown) return namespaces.numbers.mnt;
  const first = files.text('/proc/1/mountinfo');
  return first instanceof Unknown ? first : parseMountinfo(first);
}
