import type { Kind } from './host.ts';

/** The least that a root file system has; where the image of a container is not at hand, this is its root. */
export const SKELETON: readonly { readonly path: string; readonly kind: Kind; readonly mode: number }[] = [
  ...[
    '/bin',
    '/dev',
    '/etc',
    '/home',
    '/mnt',
    '/opt',
    '/proc',
    '/run',
    '/sys',
    '/usr',
    '/usr/bin',
    '/usr/lib',
    '/var',
    '/var/lib',
  ].map((path) => ({ path, kind: 'folder', mode: 0o755 }) as const),
  { path: '/root', kind: 'folder', mode: 0o700 },
  { path: '/tmp', kind: 'folder', mode: 0o1777 },
  { path: '/var/tmp', kind: 'folder', mode: 0o1777 },
];

export const SKELETON_FILES: readonly { readonly path: string; readonly text: string }[] = [
  { path: '/etc/passwd', text: 'root:x:0:0:root:/root:/bin/sh\nnobody:x:65534:65534:nobody:/nonexistent:/bin/false\n' },
  { path: '/etc/group', text: 'root:x:0:\ntty:x:5:\nnogroup:x:65534:\n' },
  { path: '/etc/hosts', text: '127.0.0.1 localhost\n' },
  { path: '/etc/os-release', text: 'ID=cofferdam\nNAME=Cofferdam\n' },
];
