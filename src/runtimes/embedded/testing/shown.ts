import type { Session } from '../../../agent/index.ts';
import { call, out, resultOf } from '../../../kernel/index.ts';

/** What the kernel shows of a container from within, for comparisons. */
export interface Shown {
  readonly status: Readonly<Record<string, string>>;
  /** The mount that is seen at each point. */
  readonly mounts: Readonly<Record<string, ShownMount>>;
  readonly limits: Readonly<Record<string, string>>;
}

interface ShownMount {
  readonly type: string;
  readonly root: string;
  readonly options: string;
  readonly propagation: string;
}

const O_RDONLY = 0;

export async function fileOf(session: Session, path: string): Promise<string> {
  const size = 16_000;
  const [opened, read] = await session.batch([
    call('openat', -100, path, O_RDONLY),
    call('read', resultOf(0), out(size), size),
    call('close', resultOf(0)),
  ]);
  return opened?.ok && read?.ok ? read.text(1) : String(opened?.ok ? read : opened);
}

export async function shown(session: Session): Promise<Shown> {
  const status = await fileOf(session, '/proc/self/status');
  const mountinfo = await fileOf(session, '/proc/self/mountinfo');
  const limits = await fileOf(session, '/proc/self/limits');
  return {
    status: Object.fromEntries(status.split('\n').map((line) => pair(line, ':'))),
    mounts: Object.fromEntries(mountinfo.trim().split('\n').map(mountOf)),
    limits: Object.fromEntries(limits.split('\n').map((line) => [line.slice(0, 26).trim(), line.slice(26).trim()])),
  };
}

function pair(line: string, separator: string): [string, string] {
  const at = line.indexOf(separator);
  return [
    line.slice(0, at),
    line
      .slice(at + 1)
      .trim()
      .replaceAll(/\s+/g, ' '),
  ];
}

function mountOf(line: string): [string, ShownMount] {
  const words = line.split(' ');
  const dash = words.indexOf('-');
  const propagation = words
    .slice(6, dash)
    .map((word) => word.split(':')[0])
    .join();
  const [root = '', point = '', options = ''] = words.slice(3);
  return [point, { type: words[dash + 1] ?? '', root, options: options.split(',').sort().join(), propagation }];
}
