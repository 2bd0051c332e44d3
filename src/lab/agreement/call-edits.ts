import type { Gate } from '../../model/index.ts';
import type { Answer } from './decisive.ts';
import type { Change } from './draft.ts';
import { letThrough, MADE_BEFORE, refuse, refusePart, refuseSome, SPARED } from './filters.ts';
import type { Here } from './here.ts';
import type { Random } from './random.ts';
import { ARCHITECTURES, SPARED_CONDITIONS } from './seccomp.data.ts';

/** What a change may make use of. */
export interface Surroundings {
  readonly here: Here;
  readonly random: Random;
}

type Call = Extract<Gate, { gate: 'syscall' }>;

/** A rule for the call, for some of its arguments where the gate asks about these; or the interface that it is made by. */
export function callEdit(
  { syscall, args = {}, arch }: Call,
  want: Answer,
  { here, random }: Surroundings,
): Change | undefined {
  const all = ARCHITECTURES[here.arch][0];
  if (arch !== undefined && arch !== 'native') {
    const name = arch === 'i386' ? 'SCMP_ARCH_X86' : 'SCMP_ARCH_X32';
    if (want === 'closed' && random.chance(2)) return withArchitectures(all.filter((one) => one !== name));
    if (want === 'passes' && random.chance(2)) return withArchitectures(all);
  }
  const policy = { defaultAction: 'SCMP_ACT_ALLOW', architectures: all };
  if (want === 'passes') {
    return (draft) =>
      draft.seccomp === undefined ? draft : { ...draft, seccomp: letThrough(draft.seccomp, [syscall]) };
  }
  const conditions = Object.entries(args).map(([index, wish]) => {
    const { mask, value } = typeof wish === 'string' ? { mask: '0xffffffff', value: wish } : wish;
    return { index: Number(index), value: Number(mask), valueTwo: Number(value), op: 'SCMP_CMP_MASKED_EQ' };
  });
  const spared = SPARED_CONDITIONS.filter(
    ({ name, refused }) =>
      name === syscall && conditions.some((one) => one.valueTwo === (refused.valueTwo ?? refused.value)),
  );
  if (SPARED.has(syscall)) {
    const one = random.pick(spared);
    return one && ((draft) => ({ ...draft, seccomp: refusePart(draft.seccomp ?? policy, one, EPERM) }));
  }
  const some = conditions.length > 0 && random.chance(2);
  return (draft) => ({
    ...draft,
    noNewPrivileges: draft.noNewPrivileges || MADE_BEFORE.includes(syscall),
    seccomp: some
      ? refuseSome(draft.seccomp ?? policy, syscall, conditions, EPERM)
      : refuse(draft.seccomp ?? policy, [syscall], EPERM),
  });
}

const EPERM = { action: 'SCMP_ACT_ERRNO', errnoRet: 1 };

function withArchitectures(architectures: readonly string[]): Change {
  return (draft) => ({
    ...draft,
    seccomp: { ...(draft.seccomp ?? { defaultAction: 'SCMP_ACT_ALLOW' }), architectures },
  });
}
