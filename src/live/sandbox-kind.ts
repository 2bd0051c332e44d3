import { type SandboxKind, type Statement, Unknown } from '../posture/index.ts';
import type { Files } from './files.ts';

interface SandboxProgram {
  /** Over the name of the executable. */
  readonly program: RegExp;
  readonly kind: SandboxKind;
  readonly title: string;
}

/** Programs inside which other code runs on a kernel of its own: what the host sees of it is the program, not the code. */
const PROGRAMS: readonly SandboxProgram[] = [
  { program: /^runsc(?:-\w+)?$/, kind: 'user-space-kernel', title: 'gVisor' },
  {
    program: /^(?:qemu-system-\w+|qemu-kvm|kvm|kata-qemu|firecracker|cloud-hypervisor|crosvm|stratovirt|dragonball)$/,
    kind: 'hypervisor',
    title: 'a virtual machine',
  },
];

/** Names that gVisor gives its processes (runsc/sandbox, runsc/container: argv[0] of `boot` and `gofer`), where the file may not be seen. */
const GVISOR_NAMES = /^runsc-(?:sandbox|gofer)$/;

export interface SandboxView {
  readonly kind: SandboxKind;
  readonly statement: Statement;
  /** What runs it, where that is not the host's kernel. */
  readonly title?: string;
}

export function readSandboxKind(files: Files, pid: number): SandboxView {
  const exe = files.link(`/proc/${pid}/exe`);
  const cmdline = files.text(`/proc/${pid}/cmdline`);
  const first = cmdline instanceof Unknown ? '' : (cmdline.split('\0')[0] ?? '');
  const names = [exe instanceof Unknown ? '' : baseName(exe), baseName(first)];
  const known =
    PROGRAMS.find((row) => names.some((name) => row.program.test(name))) ??
    (GVISOR_NAMES.test(first) ? PROGRAMS[0] : undefined);
  const kind = known?.kind ?? 'os';
  const from = `/proc/${pid}/${exe instanceof Unknown ? 'cmdline' : 'exe'}`;
  return {
    kind,
    statement: { phase: 'run', source: { kind: 'observed', from }, facts: { 'sandbox.kind': kind } },
    ...(known !== undefined && { title: known.title }),
  };
}

function baseName(path: string): string {
  return path.replace(/ \(deleted\)$/, '').replace(/^.*\//, '');
}
