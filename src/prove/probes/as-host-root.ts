import type { Session } from '../../agent/index.ts';
import { call, type Effect, struct, u32 } from '../../kernel/index.ts';
import { insideOf, parseIdMap } from '../../live/index.ts';
import type { Observation, Runner, Stage } from '../observation.ts';
import { credentialsOf, has } from './credentials.ts';
import { readText } from './file-calls.ts';
import { identityOf } from './identity.ts';
import { perStage } from './per-stage.ts';

/**
 * What files and devices answer to a process that becomes the user whom its user namespace maps to the host's root, where it is
 * somebody else and CAP_SETUID lets it (__sys_setresuid(), kernel/sys.c).
 */
export function orAsHostRoot<P>(run: Runner<P>): Runner<P> {
  return async (probe, stage) => {
    const first = await run(probe, stage);
    const uid = first.verdict === 'open' ? undefined : await idOfHostRoot(stage);
    if (uid === undefined) return first;
    const end = await stage.sandbox.guarded(EFFECTS).child(async (child): Promise<Observation | undefined> => {
      const refusal = await become(child, uid, (await credentialsOf(stage)).permitted);
      return refusal === undefined ? run(probe, { ...stage, sandbox: child, hostUid: 0 }) : undefined;
    }, LONG);
    const second = end.kind === 'returned' ? end.value : undefined;
    if (second === undefined || second.verdict === 'blocked') return first;
    return { ...second, evidence: [`after setresuid(${uid}), who is uid 0 of the host`, ...second.evidence] };
  };
}

/** All that probes of files and devices want, and to become another user. */
const EFFECTS: readonly Effect[] = [
  'looks',
  'opens-for-writing',
  'changes-itself',
  'makes-namespaces',
  'mounts-in-own-namespace',
  'makes-objects',
  'cannot-succeed',
  'makes-own-files',
];
const LONG = { seconds: 60 };

/** The id inside that is the host's root; undefined where it is that already, or cannot become it. */
const idOfHostRoot = perStage(async (stage: Stage): Promise<number | undefined> => {
  const { permitted } = await credentialsOf(stage);
  const { hostUid } = await identityOf(stage);
  if (stage.pid === undefined || hostUid === undefined || hostUid === 0 || !has(permitted, 'SETUID')) return undefined;
  const map = await readText(stage.host.guarded(['looks']), `/proc/${stage.pid}/uid_map`);
  const uid = 'text' in map ? insideOf(parseIdMap(map.text), 0) : undefined;
  if (uid === undefined) return undefined;
  const end = await stage.sandbox.guarded(EFFECTS).child((child) => become(child, uid, permitted));
  return end.kind === 'returned' && end.value === undefined ? uid : undefined;
});

const PR_SET_KEEPCAPS = 8;
/** _LINUX_CAPABILITY_VERSION_3, include/uapi/linux/capability.h */
const VERSION_3 = 0x20080522;

/** With its capabilities kept, which another user than 0 loses otherwise (cap_emulate_setxuid(), security/commoncap.c). Gives the error. */
async function become(child: Session, uid: number, permitted: bigint): Promise<string | undefined> {
  const [low, high] = [u32(Number(permitted & 0xffffffffn)), u32(Number(permitted >> 32n))];
  const results = await child
    .guarded(['changes-itself'])
    .batch([
      call('prctl', PR_SET_KEEPCAPS, 1, 0, 0, 0),
      call('setresuid', uid, uid, uid),
      call('capset', struct([u32(VERSION_3), u32(0)]), struct([low, low, u32(0), high, high, u32(0)])),
    ]);
  return results[1]?.errno;
}
