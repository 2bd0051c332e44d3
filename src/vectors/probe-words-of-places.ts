import { type DeviceWish, kernelConfig } from '../model/words.ts';
import {
  type AllProbe,
  allOf,
  hostHas,
  type OpensProbe,
  opensForReading,
  opensForWriting,
  readsAsHost,
  sharesKernel,
} from './probe.ts';
import {
  type ConnectsProbe,
  canBeRoot,
  connects,
  type DeviceProbe,
  type HostPaths,
  type SeesProbe,
  sees,
  usesDevice,
} from './probe-places.ts';
import { inInitialUserNamespace, mounts } from './probe-questions.ts';

/** Questions about files, mounts and devices of the host that many vectors put: the counterparts of the words of routes. */

/** A file of the host's procfs or sysfs takes writes: `writesKernelFile`, `writesRootFile`. */
export const hostFileWritten = (path: string): AllProbe => allOf(sharesKernel, opensForWriting(path));

/** One that can be opened: `readsRootFile`, and what holds no state of the host alone. */
export const hostFileRead = (path: string): AllProbe => allOf(sharesKernel, opensForReading(path));

/** One that tells the host's state to everybody: `readsKernelFile`. */
export const hostStateRead = (path: string, alike?: OpensProbe['alike']): AllProbe =>
  allOf(sharesKernel, readsAsHost(path, alike));

/** A path of the host, through a mount: `hostPath`. */
export const hostPathSeen = (
  covers: readonly string[],
  { asRoot, ...options }: { readonly writable?: boolean; readonly parts?: boolean; readonly asRoot?: boolean } = {},
): SeesProbe => sees({ covers, ...options, ...(asRoot === true && ({ as: 'root' } as const)) });

/** `connectsToSocket`. `sockets`: which of those in a folder. */
export const hostSocketOpen = ({ covers, source }: HostPaths, sockets?: ConnectsProbe['sockets']): AllProbe =>
  allOf(
    sharesKernel,
    connects({
      ...(covers !== undefined && { covers }),
      ...(source !== undefined && { source }),
      ...(sockets !== undefined && { sockets }),
    }),
  );

/** `opensDevice` */
export const hostDeviceUsed = (
  { path, type, major, minor, access = 'r', any }: DeviceWish,
  more: Pick<DeviceProbe, 'opens' | 'builtIn' | 'made' | 'given'> = {},
): AllProbe =>
  allOf(
    sharesKernel,
    usesDevice({
      path,
      type,
      access: access as DeviceProbe['access'],
      ...(major !== undefined && { major }),
      ...(minor !== undefined && { minor }),
      ...(any === true && { any }),
      ...more,
    }),
  );

/** A file system of which there is one for the machine, mounted anew. It is not mounted to be asked: its options hold for all. */
export const mountsOfHost = (symbol: string): AllProbe =>
  allOf(sharesKernel, inInitialUserNamespace, canBeRoot, mounts, hostHas(kernelConfig(symbol, { usually: 'passes' })));
