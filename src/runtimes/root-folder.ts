import { chmodSync, copyFileSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** Where the stub lies in a root folder. */
export const STUB_INSIDE = '/stub';

/** The least that runtimes want of a root file system, with the stub in it. */
export function rootFolder(path: string, stub: string): string {
  for (const folder of FOLDERS) mkdirSync(join(path, folder), { recursive: true });
  for (const [name, text] of FILES) writeFileSync(join(path, name), text);
  copyFileSync(stub, join(path, STUB_INSIDE));
  chmodSync(join(path, STUB_INSIDE), 0o755);
  chmodSync(join(path, 'tmp'), 0o1777);
  chmodSync(path, 0o755);
  return path;
}

const FOLDERS = [
  'bin',
  'dev',
  'etc',
  'home',
  'proc',
  'root',
  'run',
  'sys',
  'tmp',
  'usr/bin',
  'usr/lib',
  'var/tmp',
] as const;

/** systemd-nspawn tells the root of an operating system by its os-release (os-release(5)). */
const FILES = [
  ['etc/passwd', 'root:x:0:0:root:/root:/stub\nnobody:x:65534:65534:nobody:/:/stub\n'],
  ['etc/group', 'root:x:0:\nnogroup:x:65534:\n'],
  ['etc/hosts', '127.0.0.1 localhost\n'],
  ['etc/os-release', 'ID=cofferdam\nNAME=Cofferdam\n'],
  ['usr/lib/os-release', 'ID=cofferdam\nNAME=Cofferdam\n'],
] as const;
