import type { Machine } from '../../machine.ts';
import type { IdMapping } from '../config.ts';
import type { IdMaps } from '../plan.ts';
import type { Step } from './step.ts';

/** Done by this process to the container's, as runc's parent does (nsexec.c, process_linux.go): inside, the right to it is gone. */
export const HOST_STEPS: readonly Step[] = [
  {
    name: 'id-maps',
    does: 'users and groups of its user namespace stand for those of the host',
    stage: 'host',
    before: 'private',
    vital: true,
    perform: async (plan, pid) => {
      if (plan.idMaps === undefined) return;
      try {
        mapIds(plan.machine, pid, plan.idMaps);
      } catch (error) {
        const { uid = 0, gid = 0 } = plan.config.process?.user ?? {};
        mapIds(plan.machine, pid, plan.singleIdMaps(uid, gid));
        plan.lacks(
          'id-maps',
          `${reason(error)}; one id is mapped: its own`,
          'user-namespace.uid-map',
          'user-namespace.gid-map',
        );
      }
    },
  },
  {
    name: 'cgroup-join',
    does: 'the process is put into its control groups',
    stage: 'host',
    before: 'inside',
    perform: async (plan, pid) => {
      for (const { folder } of plan.cgroups.groups) {
        try {
          // The first waits for a grace period of the kernel, some milliseconds (cgroup_threadgroup_rwsem); meanwhile other steps go on.
          await plan.machine.writeMeanwhile(`${folder}/cgroup.procs`, String(pid));
        } catch (error) {
          const facts = plan.cgroups.limits.filter((limit) => limit.folder === folder);
          plan.lacks('cgroup-join', reason(error), ...facts.flatMap((limit) => limit.facts));
        }
      }
    },
  },
];

function mapIds(machine: Machine, pid: number, { uid, gid, single }: IdMaps): void {
  const lines = (map: readonly IdMapping[]): string =>
    map.map(({ containerID, hostID, size }) => `${containerID} ${hostID} ${size}\n`).join('');
  if (single) machine.write(`/proc/${pid}/setgroups`, 'deny');
  machine.write(`/proc/${pid}/gid_map`, lines(gid));
  machine.write(`/proc/${pid}/uid_map`, lines(uid));
}

function reason(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
