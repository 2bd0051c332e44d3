import { closeSync, existsSync, openSync, readdirSync, readFileSync, readSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { CofferdamError } from '../../posture/index.ts';

/** A kernel for guests, and what lies beside it in its package. */
export interface KernelImage {
  readonly path: string;
  /** As `uname -r` says it there. */
  readonly release: string;
  /** How it was built (`config-RELEASE`). */
  readonly config: string | undefined;
  /** Those modules that a guest needs and that are not built in, in the order in which they are loaded. */
  readonly modules: readonly string[];
}

/** How to get one, without installing it. */
const HOW_TO_GET_ONE =
  'apt-get download linux-image-6.1.0-*-cloud-amd64-unsigned && dpkg -x linux-image-*.deb kernel, then COFFERDAM_KERNEL=kernel/boot/vmlinuz-…';

const PLACES = ['/usr/lib/cofferdam', '/usr/local/lib/cofferdam', '/boot'] as const;
const VARIABLE = 'COFFERDAM_KERNEL';

/** The kernel that is named, or the one found in a usual place: of several the newest. */
export function findKernel(named: string | undefined = process.env[VARIABLE] || undefined): KernelImage {
  if (named !== undefined) return kernelAt(named);
  const found = PLACES.flatMap(kernelsIn)[0];
  if (found !== undefined) return kernelAt(found);
  throw new CofferdamError('runtime', 'no kernel for a virtual machine is here', HOW_TO_GET_ONE);
}

function kernelsIn(folder: string): string[] {
  try {
    const names = readdirSync(folder).filter((name) => /^vmlinuz.*cloud/.test(name));
    return names
      .sort(new Intl.Collator('en', { numeric: true }).compare)
      .reverse()
      .map((name) => join(folder, name));
  } catch {
    return [];
  }
}

function kernelAt(path: string): KernelImage {
  const release = releaseOf(path);
  const root = dirname(dirname(path));
  const config = [join(dirname(path), `config-${release}`), `/boot/config-${release}`].find((one) => existsSync(one));
  const folder = [join(root, 'lib/modules', release), join(root, 'usr/lib/modules', release)].find((one) =>
    existsSync(one),
  );
  return { path, release, config, modules: folder === undefined ? [] : modulesIn(folder) };
}

/** Documentation/arch/x86/boot.rst: `HdrS` at 0x202; kernel_version at 0x20e, counted from 0x200, leads to the text. */
function releaseOf(path: string): string {
  const head = Buffer.alloc(0x8000);
  try {
    const file = openSync(path, 'r');
    readSync(file, head, 0, head.length, 0);
    closeSync(file);
  } catch (error) {
    throw new CofferdamError(
      'runtime',
      `the kernel ${path} cannot be read: ${(error as Error).message}`,
      HOW_TO_GET_ONE,
    );
  }
  const text = head.toString('latin1', 0x200 + head.readUInt16LE(0x20e)).split(/[ \0]/)[0] ?? '';
  if (head.toString('latin1', 0x202, 0x206) === 'HdrS' && /^\d+\.\d+/.test(text)) return text;
  throw new CofferdamError('runtime', `${path} is no kernel for x86-64 (a bzImage)`, HOW_TO_GET_ONE);
}

/** The channel's drivers, each after those that it leans on; and an interface, without which a network namespace leads nowhere. */
const NEEDED = [
  'virtio_ring',
  'virtio',
  'virtio_pci_legacy_dev',
  'virtio_pci_modern_dev',
  'virtio_pci',
  'virtio_console',
  'dummy',
] as const;

function modulesIn(folder: string): string[] {
  const files = new Map(
    ['kernel/drivers/virtio', 'kernel/drivers/char', 'kernel/drivers/net'].flatMap((part) =>
      namesIn(join(folder, part)).map((name) => [name.split('.')[0] ?? '', join(folder, part, name)] as const),
    ),
  );
  return NEEDED.flatMap((name) => files.get(name) ?? []);
}

function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder).filter((name) => /\.ko(\.\w+)?$/.test(name));
  } catch {
    return [];
  }
}

/** A module by the name of its file, as modules.dep has it. */
export function moduleFile(path: string): { readonly name: string; readonly content: Uint8Array } {
  return { name: basename(path), content: readFileSync(path) };
}
