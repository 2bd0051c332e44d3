/**
 * A folded posture written out as the `config.json` of an OCI bundle (runtime-spec 1.2): what an engine would hand to the
 * runtime. A fact that is not known is left out and named, with why: what then holds is what the runtime does by itself.
 */
import { type OciNote, type OciValue, ociText, Taking } from './oci-export.ts';
import { type HostDetails, type HostDevices, linuxSection } from './oci-linux.ts';
import { mountsSection } from './oci-mounts.ts';
import { type GroupId, processSection } from './oci-process.ts';
import type { Posture } from './posture.ts';

export type { HostDevices };
export { type OciNote, type OciValue, ociText };

export interface OciOptions extends HostDetails {
  /** Folder of the root file system, beside the configuration. */
  readonly rootPath?: string;
  readonly hostname?: string;
  readonly groupId?: GroupId;
}

/** What the posture says that no configuration can. */
const BEYOND = [
  ['runtime.hooks', 'hooks are programs of the engine that started it'],
  ['request.gpus', 'a hook of the engine hands in nodes and libraries of the driver'],
  ['sandbox.kind', 'the runtime itself is chosen by whoever starts the bundle'],
] as const;

export function toOciConfig(
  posture: Posture,
  options: OciOptions = {},
): { readonly config: OciValue; readonly notes: readonly OciNote[] } {
  const taking = new Taking(posture);
  for (const [key, why] of BEYOND) {
    const value = taking.ifStated(key);
    if (value !== undefined && value.length > 0 && value !== 'os') taking.note(key, why);
  }
  const ownName = posture.known('namespace.uts') === 'private' ? options.hostname : undefined;
  if (taking.ifStated('runtime.leaks-descriptors') === true) {
    taking.note('runtime.leaks-descriptors', 'whoever starts it hands open files over');
  }
  const config = {
    ociVersion: '1.2.0',
    process: processSection(taking, options.groupId),
    root: { path: options.rootPath ?? 'rootfs', readonly: taking.take('rootfs.readonly') },
    hostname: ownName,
    mounts: mountsSection(taking),
    linux: linuxSection(taking, options),
  };
  return { config, notes: taking.notes };
}
