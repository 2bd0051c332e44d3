import { call, out } from '../../kernel/index.ts';
import type { Observation, Stage } from '../observation.ts';
import { perStage } from './per-stage.ts';

/**
 * Name, release and build of the kernel, and the memory that it manages, are told to every process alike (new_utsname: host and
 * domain name are of the namespace; sysinfo: of no namespace). A guest or a user-space kernel has others.
 */
export const observeSharesKernel = perStage(async ({ sandbox, host, pid }: Stage): Promise<Observation> => {
  const [inside, outside] = [await identity(sandbox), await identity(host)];
  const evidence = [`uname inside = ${inside.name}`, `uname outside = ${outside.name}`];
  if (inside.failed !== undefined || outside.failed !== undefined) {
    return {
      verdict: 'unknown',
      by: null,
      evidence,
      why: `the kernel does not tell its name: ${inside.failed ?? outside.failed}`,
    };
  }
  const sameMemory = inside.memory === undefined || inside.memory === outside.memory;
  if (inside.name === outside.name && sameMemory) return { verdict: 'open', by: null, evidence };
  // A user-space kernel is a process of this machine; a guest's processes are not.
  return { verdict: 'blocked', by: pid === undefined ? 'hypervisor' : 'user-space-kernel', evidence };
});

/** Fields of struct new_utsname, include/uapi/linux/utsname.h. */
const FIELD = 65;
const FIELDS = { sysname: 0, release: 2, version: 3 } as const;
/** struct sysinfo: uptime, three loads, totalram. */
const TOTAL_RAM = 32;

async function identity(session: Stage['sandbox']): Promise<{ name: string; memory?: bigint; failed?: string }> {
  const [uname, sysinfo] = await session
    .guarded(['looks'])
    .batch([call('uname', out(6 * FIELD)), call('sysinfo', out(128))]);
  if (uname?.ok !== true) return { name: String(uname), failed: String(uname) };
  const text = uname.bytes(0);
  const name = Object.values(FIELDS)
    .map((field) =>
      text
        .subarray(field * FIELD, (field + 1) * FIELD)
        .toString('utf8')
        .replace(/\0.*$/s, ''),
    )
    .join(' ');
  // A filter that refuses sysinfo refuses it inside only.
  return { name, ...(sysinfo?.ok === true && { memory: sysinfo.bytes(0).readBigUInt64LE(TOTAL_RAM) }) };
}
