import { call, out } from '../../kernel/index.ts';
import type { Files } from '../../live/index.ts';
import { Unknown } from '../../posture/index.ts';
import type { NamespaceName } from '../../vectors/index.ts';
import type { Stage } from '../observation.ts';
import { perStage } from './per-stage.ts';

const NAMESPACE_NAMES: readonly NamespaceName[] = ['cgroup', 'ipc', 'mnt', 'net', 'pid', 'time', 'user', 'uts'];
/** PROC_USER_INIT_INO, include/linux/proc_ns.h (3.8). */
export const INITIAL_USER_NAMESPACE = 'user:[4026531837]';

export type NamespaceLinks = Readonly<Partial<Record<NamespaceName, string>>>;

/** Namespaces of the sandbox: from outside where its process is known (it needs no /proc then), else by its own /proc. */
export const namespaceLinks = perStage(async ({ sandbox, pid, files }: Stage): Promise<NamespaceLinks> => {
  if (pid !== undefined) {
    const seen = linksOf(files, pid);
    if (seen.user !== undefined) return seen;
  }
  const results = await sandbox
    .guarded(['looks'])
    .batch(NAMESPACE_NAMES.map((name) => call('readlinkat', -100, `/proc/self/ns/${name}`, out(64), 64)));
  return Object.fromEntries(NAMESPACE_NAMES.flatMap((name, i) => (results[i]?.ok ? [[name, results[i].text(2)]] : [])));
});

/** Of a process of the machine, or of what looks at it. */
export function linksOf(files: Files, pid: number | 'self'): NamespaceLinks {
  return Object.fromEntries(
    NAMESPACE_NAMES.flatMap((name) => {
      const link = files.link(`/proc/${pid}/ns/${name}`);
      return link instanceof Unknown ? [] : [[name, link]];
    }),
  );
}
