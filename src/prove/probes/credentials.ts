import { CAPABILITIES, type Capability, call, struct, u32 } from '../../kernel/index.ts';
import { insideOf, parseIdMap } from '../../live/index.ts';
import type { Stage } from '../observation.ts';
import { readText } from './file-calls.ts';
import { perStage } from './per-stage.ts';

export interface Credentials {
  /** undefined: geteuid(2) is refused. */
  readonly uid: number | undefined;
  readonly permitted: bigint;
  readonly inheritable: bigint;
  /** undefined: prctl(2) does not tell. */
  readonly bounding: bigint | undefined;
  readonly ambient: bigint | undefined;
  readonly noNewPrivs: boolean | undefined;
  /** SECBIT_NOROOT: being root gives nothing on execve. */
  readonly noRoot: boolean;
  readonly evidence: readonly string[];
}

/** include/uapi/linux/prctl.h */
const PR = { CAPBSET_READ: 23, GET_SECUREBITS: 27, GET_NO_NEW_PRIVS: 39, CAP_AMBIENT: 47 } as const;
const CAP_AMBIENT_IS_SET = 1;
const SECBIT_NOROOT = 1;
/** _LINUX_CAPABILITY_VERSION_3, include/uapi/linux/capability.h */
const VERSION_3 = 0x20080522;

/** Who the stub is, by capget(2) and prctl(2): true without a /proc. */
export const credentialsOf = perStage(async (stage: Stage): Promise<Credentials> => {
  const { sandbox } = stage;
  const sets = struct([u32(0), u32(0), u32(0), u32(0), u32(0), u32(0)], { returned: true });
  const asked = sandbox.guarded(['looks']);
  const [uid, capget, noNewPrivs, secureBits] = await asked.batch([
    call('geteuid'),
    call('capget', struct([u32(VERSION_3), u32(0)]), sets),
    call('prctl', PR.GET_NO_NEW_PRIVS, 0, 0, 0, 0),
    call('prctl', PR.GET_SECUREBITS, 0, 0, 0, 0),
  ]);
  if (uid === undefined || capget === undefined) throw new Error('a batch gives a result for each call');
  const numbers = CAPABILITIES.map((_, number) => number);
  const bounding = await asked.batch(numbers.map((number) => call('prctl', PR.CAPBSET_READ, number, 0, 0, 0)));
  const ambient = await asked.batch(
    numbers.map((number) => call('prctl', PR.CAP_AMBIENT, CAP_AMBIENT_IS_SET, number, 0, 0)),
  );
  const words = capget.ok ? capget.bytes(1) : Buffer.alloc(24);
  const wide = (low: number, high: number): bigint =>
    BigInt(words.readUInt32LE(low)) | (BigInt(words.readUInt32LE(high)) << 32n);
  // What a filter refuses to the process, its line of the process table tells.
  const silent = !uid.ok || !capget.ok || noNewPrivs?.ok !== true || bounding[0]?.ok !== true;
  const seen = silent ? await seenFromOutside(stage) : undefined;
  const permitted = capget.ok ? wide(4, 16) : (seen?.mask('CapPrm') ?? 0n);
  return {
    uid: uid.ok ? uid.value : seen?.uid,
    permitted,
    inheritable: capget.ok ? wide(8, 20) : (seen?.mask('CapInh') ?? 0n),
    bounding: bits(bounding) ?? seen?.mask('CapBnd'),
    ambient: bits(ambient) ?? seen?.mask('CapAmb'),
    noNewPrivs: noNewPrivs?.ok ? noNewPrivs.value === 1 : seen?.noNewPrivs,
    noRoot: secureBits?.ok === true && (secureBits.value & SECBIT_NOROOT) !== 0,
    evidence: [
      `${uid}`,
      capget.ok ? `capget(permitted) = 0x${permitted.toString(16)}` : `${capget}`,
      ...(seen === undefined ? [] : [`/proc/${stage.pid}/status: Uid ${seen.uid}, CapPrm 0x${permitted.toString(16)}`]),
      `prctl(PR_GET_NO_NEW_PRIVS) = ${noNewPrivs?.errno ?? noNewPrivs?.value}`,
    ],
  };
});

/** proc_pid_status(), fs/proc/array.c: ids as the reader's user namespace has them, which the map leads back inside. */
async function seenFromOutside({ host, pid }: Stage) {
  if (pid === undefined) return undefined;
  const looking = host.guarded(['looks']);
  const status = await readText(looking, `/proc/${pid}/status`);
  const map = await readText(looking, `/proc/${pid}/uid_map`);
  if (!('text' in status) || !('text' in map)) return undefined;
  const line = (name: string): readonly string[] =>
    new RegExp(`^${name}:[ \\t]*(.*)$`, 'm').exec(status.text)?.[1]?.split(/\s+/) ?? [];
  const mask = (name: string): bigint | undefined => {
    const [digits] = line(name);
    return digits === undefined ? undefined : BigInt(`0x${digits}`);
  };
  const [flag] = line('NoNewPrivs');
  return {
    uid: insideOf(parseIdMap(map.text), Number(line('Uid')[1])),
    mask,
    noNewPrivs: flag === undefined ? undefined : flag === '1',
  };
}

/** Older kernels know fewer capabilities: EINVAL for those. */
function bits(results: readonly { readonly ok: boolean; readonly value: number }[]): bigint | undefined {
  if (results[0]?.ok !== true) return undefined;
  return results.reduce((all, { ok, value }, number) => (ok && value === 1 ? all | (1n << BigInt(number)) : all), 0n);
}

export function has(set: bigint, name: Capability): boolean {
  return (set & (1n << BigInt(CAPABILITIES.indexOf(name)))) !== 0n;
}
