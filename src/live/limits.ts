import { factOf, type Rlimit, type Statement, Unknown } from '../posture/index.ts';
import type { Files } from './files.ts';

/** Names in /proc/PID/limits (fs/proc/base.c, lnames) and those of setrlimit(2). */
const NAMES: Readonly<Record<string, string>> = {
  'Max cpu time': 'cpu',
  'Max file size': 'fsize',
  'Max data size': 'data',
  'Max stack size': 'stack',
  'Max core file size': 'core',
  'Max resident set': 'rss',
  'Max processes': 'nproc',
  'Max open files': 'nofile',
  'Max locked memory': 'memlock',
  'Max address space': 'as',
  'Max file locks': 'locks',
  'Max pending signals': 'sigpending',
  'Max msgqueue size': 'msgqueue',
  'Max nice priority': 'nice',
  'Max realtime priority': 'rtprio',
  'Max realtime timeout': 'rttime',
};

export function parseLimits(text: string): ReadonlyMap<string, Rlimit> {
  const limits = new Map<string, Rlimit>();
  for (const line of text.split('\n')) {
    const [, title, soft, hard] = /^(Max [a-z ]+?)\s{2,}(\d+|unlimited)\s+(\d+|unlimited)\b/.exec(line) ?? [];
    const name = title === undefined ? undefined : NAMES[title];
    if (name !== undefined) limits.set(name, { soft: bound(soft), hard: bound(hard) });
  }
  return limits;
}

function bound(text: string | undefined): number | 'unlimited' {
  return text === undefined || text === 'unlimited' ? 'unlimited' : Number(text);
}

export function rlimitStatement(files: Files, pid: number): Statement {
  const path = `/proc/${pid}/limits`;
  const text = files.text(path);
  const facts =
    text instanceof Unknown
      ? Object.values(NAMES).map((name) => factOf(`rlimit.${name}`, text))
      : [...parseLimits(text)].map(([name, limit]) => factOf(`rlimit.${name}`, limit));
  return {
    phase: 'run',
    source: { kind: 'observed', from: path },
    facts: Object.assign({}, ...facts) as Statement['facts'],
  };
}
