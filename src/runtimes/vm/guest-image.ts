import { readFileSync } from 'node:fs';
import { stubPath } from '../../agent/index.ts';
import { archive, type Entry } from './cpio.ts';
import { type KernelImage, moduleFile } from './kernel-image.ts';

/** Where things lie in the guest. */
export const INIT = '/init';
export const MODULES = '/modules';
export const POLICY = '/policy';

/** Files that a guest's root keeps. */
export function keptFiles({ release, config }: KernelImage): readonly string[] {
  return [INIT, `/lib/modules/${release}/modules.dep`, ...(config === undefined ? [] : [`/boot/config-${release}`])];
}

/** The first root of a guest: the stub as its init, what the kernel must be told before there is a channel, and what describes it. */
export function guestImage(kernel: KernelImage, policy: Uint8Array | undefined): Buffer {
  const { release, config, modules } = kernel;
  const file = (path: string, content: Uint8Array, mode = 0o644): Entry => ({ kind: 'file', path, content, mode });
  const loaded = modules.map(moduleFile);
  // No other modules are in the guest, and it has no modprobe: none can be loaded.
  const dependencies = Buffer.from(loaded.map(({ name }) => `kernel/${name}:\n`).join(''));
  return archive([
    ...['/dev', '/boot', '/lib', '/lib/modules', `/lib/modules/${release}`, MODULES, NEW_ROOT].map(
      (path): Entry => ({ kind: 'folder', path }),
    ),
    // The kernel opens it for init before anything else is there (console_on_rootfs, init/main.c).
    { kind: 'node', path: '/dev/console', major: 5, minor: 1 },
    file(INIT, readFileSync(stubPath('x86_64')), 0o755),
    file(`/lib/modules/${release}/modules.dep`, dependencies),
    ...loaded.map(({ name, content }) => file(`${MODULES}/${name}`, content)),
    ...(config === undefined ? [] : [file(`/boot/config-${release}`, readFileSync(config))]),
    ...(policy === undefined ? [] : [file(POLICY, policy)]),
  ]);
}

export const NEW_ROOT = '/root';
