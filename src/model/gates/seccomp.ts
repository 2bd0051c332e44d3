import type { ArgWishes, BpfProgram, KernelVersion, SeccompDecision, SyscallQuestion } from '../../kernel/index.ts';
import {
  bpfFromBase64,
  CAPABILITIES,
  type Capability,
  judgeFilters,
  judgeSyscall,
  parseKernelVersion,
  type SeccompPolicy,
  syscallNumber,
} from '../../kernel/index.ts';
import { resolveProfile, type SeccompProfile } from '../../kernel/seccomp-profile.ts';
import type { Change, FactTypes, Posture, SeccompSetting } from '../../posture/index.ts';
import { Unknown } from '../../posture/index.ts';
import { withdrawable } from './fact.ts';
import { closed, type GateKind, type Outcome, passes, unknown } from './kind.ts';

export interface SyscallParams {
  readonly syscall: string;
  /** What the caller needs of the arguments; those not named are free. Values as decimal or 0x text, so that routes stay plain data. */
  readonly args?: Readonly<Record<string, string | { readonly mask: string; readonly value: string }>>;
  /** Which entries of the kernel can serve the purpose. Default: native ones; `i386` and `x32` are asked for by name. */
  readonly arch?: 'native' | 'i386' | 'x32';
}

/** The seccomp filter lets a call of this kind through to the kernel. */
export const syscall: GateKind<SyscallParams> = {
  mechanism: () => 'seccomp',
  models:
    '__seccomp_filter(), kernel/seccomp.c (4.8; filters since 3.5), for the filter that libseccomp makes of the policy',
  describe: (p) => `the seccomp filter lets ${callText(p)} through`,
  evaluate(p, posture) {
    const setting = posture.get('seccomp');
    if (setting === undefined) return unknown('nothing states the seccomp filter', ['seccomp']);
    const refused = posture.get(`seccomp-refused.${callText(p)}`);
    if (refused?.value === true) return closed(`the profile refuses ${callText(p)}`, refused);
    if (setting.value instanceof Unknown) return unknown(setting.value.why, ['seccomp'], setting);
    if (setting.value.kind === 'unconfined') return passes('no seccomp filter', setting);
    return { ...filterOf(setting.value, posture).answer(p), fact: setting };
  },
  close(p, posture) {
    const withdraw = withdrawable(posture, 'seccomp');
    const refuse: Change = { kind: 'set', key: `seccomp-refused.${callText(p)}`, value: true };
    const unlocking = unlockingCapabilities(p, posture);
    return [...(withdraw ? [[withdraw]] : []), ...(unlocking.length > 0 ? [unlocking] : []), [refuse]];
  },
};

/** `unshare(flags & 0x10000000)`, `socket(38)`, `i386 socketcall()`: arguments that are not named are free. */
function callText(p: SyscallParams): string {
  const known = texts.get(p) ?? writeCall(p);
  texts.set(p, known);
  return known;
}

const texts = new WeakMap<SyscallParams, string>();

function writeCall(p: SyscallParams): string {
  const wishes = Object.entries(p.args ?? {});
  const last = Math.max(-1, ...wishes.map(([index]) => Number(index)));
  const args = Array.from({ length: last + 1 }, (_, index) => argumentText(p.args?.[index]));
  const entry = p.arch === undefined || p.arch === 'native' ? '' : `${p.arch} `;
  return `${entry}${p.syscall}(${args.join(', ')})`;
}

type Wish = NonNullable<SyscallParams['args']>[string];

function argumentText(wish: Wish | undefined): string {
  if (wish === undefined) return '_';
  if (typeof wish === 'string') return decimal(wish);
  if (wish.mask === '0xffffffff') return decimal(wish.value);
  return wish.mask === wish.value ? `… & ${wish.mask}` : `… & ${wish.mask} = ${wish.value}`;
}

/** Families and commands are known by their decimal number, flags by the hexadecimal one. */
function decimal(value: string): string {
  const number = BigInt(value);
  return number < 256n ? number.toString() : `0x${number.toString(16)}`;
}

/** Engines' profiles let some calls through for holders of a capability only: without those held, the call is refused. */
function unlockingCapabilities(p: SyscallParams, posture: Posture): Change[] {
  const setting = posture.known('seccomp');
  if (setting?.kind !== 'profile') return [];
  const rules = setting.profile.groups.filter((rule) => rule.names.includes(p.syscall));
  const names = new Set(
    rules.flatMap((rule) => rule.includes?.caps ?? []).map((name) => name.replace(/^CAP_/, '') as Capability),
  );
  const held = [...names].filter((name) => posture.known(`capability.bounding.${name}`) === true);
  return held.map(
    (name) =>
      withdrawable(posture, `capability.bounding.${name}`) ?? {
        kind: 'set',
        key: `capability.bounding.${name}`,
        value: false,
      },
  );
}

type HostArch = FactTypes['host.arch'];

/** Names of libseccomp, as conditions of profiles use them. */
const PROFILE_ARCH = { x86_64: 'amd64', aarch64: 'arm64' } as const;

interface Candidate {
  readonly judge: (question: SyscallQuestion) => SeccompDecision;
  readonly arch: HostArch;
  /** What this candidate assumes that no fact states. */
  readonly assumes: readonly string[];
}

type Filtering = Exclude<SeccompSetting, { kind: 'unconfined' }>;

/**
 * A setting among the surroundings that decide its conditions. Containers of the same surroundings ask the same questions, so
 * answers are kept.
 */
class Filter {
  readonly #setting: Filtering;
  readonly #arch: HostArch | undefined;
  readonly #kernels: readonly KernelVersion[];
  readonly #assumesKernel: readonly string[];
  readonly #held: readonly Capability[];
  readonly #answers = new WeakMap<SyscallParams, Outcome>();

  constructor(
    setting: Filtering,
    arch: HostArch | undefined,
    release: string | undefined,
    held: readonly Capability[],
  ) {
    const kernel = release === undefined ? undefined : parseKernelVersion(release);
    this.#setting = setting;
    this.#arch = arch;
    this.#kernels = kernel === undefined ? [OLDEST, NEWEST] : [kernel];
    this.#assumesKernel = kernel === undefined ? ['host.kernel'] : [];
    this.#held = held;
  }

  answer(p: SyscallParams): Outcome {
    let answer = this.#answers.get(p);
    if (answer === undefined) {
      answer = merge(this.#candidates(p).map((candidate) => ask(p, candidate)));
      this.#answers.set(p, answer);
    }
    return answer;
  }

  /** One (policy, architecture) for each value that an unstated kernel version or architecture could have. */
  #candidates(p: SyscallParams): Candidate[] {
    const arches = this.#arch === undefined ? architecturesWith(p) : [this.#arch];
    const assumesArch = this.#arch === undefined ? ['host.arch'] : [];
    const setting = this.#setting;
    if (setting.kind !== 'profile') {
      const judge = judgeOf(setting);
      return arches.map((arch) => ({ judge, arch, assumes: assumesArch }));
    }
    const assumes = [...assumesArch, ...this.#assumesKernel];
    return arches.flatMap((arch) =>
      this.#kernels.map((kernel) => {
        const policy = resolved(setting.profile, this.#held, arch, kernel);
        return { judge: judgeOf({ kind: 'policy', policy }), arch, assumes };
      }),
    );
  }
}

function judgeOf(setting: Exclude<Filtering, { kind: 'profile' }>): Candidate['judge'] {
  if (setting.kind === 'policy') return (question) => judgeSyscall(setting.policy, question);
  const programs = installedPrograms(setting);
  return (question) => judgeFilters(programs, question);
}

/** The programs of filters that are installed, the oldest first. */
export function installedPrograms({ programs }: Extract<SeccompSetting, { kind: 'filter' }>): readonly BpfProgram[] {
  let decoded = installed.get(programs);
  if (decoded === undefined) {
    decoded = programs.map(bpfFromBase64);
    installed.set(programs, decoded);
  }
  return decoded;
}

const installed = new WeakMap<readonly string[], readonly BpfProgram[]>();

const filters = new WeakMap<object, Map<string, Filter>>();

/** What the answers are kept by: the part of a setting that containers share. */
function sourceOf(setting: Filtering): object {
  if (setting.kind === 'policy') return setting.policy;
  return setting.kind === 'profile' ? setting.profile : setting.programs;
}

function filterOf(setting: Filtering, posture: Posture): Filter {
  const [arch, release, held] = [posture.known('host.arch'), posture.known('host.kernel'), heldCapabilities(posture)];
  const source = sourceOf(setting);
  const bySurroundings = filters.get(source) ?? new Map<string, Filter>();
  filters.set(source, bySurroundings);
  const key = `${arch} ${release} ${held.text}`;
  const filter = bySurroundings.get(key) ?? new Filter(setting, arch, release, held.names);
  bySurroundings.set(key, filter);
  return filter;
}

/** Where the host is not described: the architectures that have such an entry at all, so that a call of x86 alone is judged there. */
function architecturesWith(p: SyscallParams): readonly HostArch[] {
  if (p.arch !== undefined && p.arch !== 'native') return ['x86_64'];
  const having = (['x86_64', 'aarch64'] as const).filter((arch) => syscallNumber(arch, p.syscall) !== undefined);
  return having.length === 0 ? ['x86_64', 'aarch64'] : having;
}

/** The range of kernels that anybody still runs containers on (as in the kernel version's gate); profiles' conditions lie inside. */
const OLDEST: KernelVersion = { major: 4, minor: 18, patch: 0 };
const NEWEST: KernelVersion = { major: 99, minor: 0, patch: 0 };

interface Held {
  readonly names: readonly Capability[];
  readonly text: string;
}

const heldBy = new WeakMap<Posture, Held>();

/** Engines decide a profile's capability conditions on the bounding set they give. Asked for by every call, so kept. */
function heldCapabilities(posture: Posture): Held {
  // Read as a family each time: whoever asked depends on all of it, also when the list is already known.
  posture.get('capability.bounding.*');
  let held = heldBy.get(posture);
  if (held === undefined) {
    const names = CAPABILITIES.filter((name) => posture.known(`capability.bounding.${name}`) === true);
    held = { names, text: names.join() };
    heldBy.set(posture, held);
  }
  return held;
}

const resolutions = new WeakMap<SeccompProfile, Map<string, SeccompPolicy>>();

function resolved(
  profile: SeccompProfile,
  capabilities: readonly Capability[],
  arch: HostArch,
  kernel: KernelVersion,
): SeccompPolicy {
  let byContext = resolutions.get(profile);
  if (byContext === undefined) {
    byContext = new Map();
    resolutions.set(profile, byContext);
  }
  const key = `${arch} ${kernel.major}.${kernel.minor} ${capabilities.join()}`;
  const found = byContext.get(key);
  if (found !== undefined) return found;
  const policy = resolveProfile(profile, { capabilities, arch: PROFILE_ARCH[arch], kernel });
  byContext.set(key, policy);
  return policy;
}

interface Answer {
  readonly outcome: Outcome;
  readonly assumes: readonly string[];
}

function ask(p: SyscallParams, candidate: Candidate): Answer {
  const arch = p.arch === undefined || p.arch === 'native' ? candidate.arch : p.arch;
  if (arch !== candidate.arch && candidate.arch !== 'x86_64') {
    return { outcome: closed(`${arch} calls exist on x86-64 only`, undefined, 'kernel'), assumes: candidate.assumes };
  }
  const decision = candidate.judge({ arch, syscall: p.syscall, args: wishes(p) });
  const condition = decision.condition ? ` (${decision.condition})` : '';
  const text = `seccomp answers ${callText(p)} with ${decision.errno === undefined ? decision.action : `${decision.action} ${decision.errno}`}${condition}`;
  const outcome =
    decision.verdict === 'allowed'
      ? passes(text)
      : decision.verdict === 'refused'
        ? closed(text)
        : unknown(`${text}: ${decision.because ?? 'a supervisor decides'}`, ['seccomp']);
  return { outcome, assumes: candidate.assumes };
}

/** Every candidate must agree; where they do not, what they assumed would settle it. */
function merge(answers: readonly Answer[]): Outcome {
  const [first] = answers as readonly [Answer];
  if (answers.every((answer) => answer.outcome.result === first.outcome.result)) return first.outcome;
  return unknown('the filter depends on kernel version or architecture', [
    ...new Set(answers.flatMap((answer) => answer.assumes)),
  ]);
}

const parsedWishes = new WeakMap<SyscallParams, ArgWishes>();

function wishes(p: SyscallParams): ArgWishes {
  let found = parsedWishes.get(p);
  if (found === undefined) {
    const parsed: Record<string, bigint | { mask: bigint; value: bigint }> = {};
    for (const [index, wish] of Object.entries(p.args ?? {})) {
      parsed[index] = typeof wish === 'string' ? BigInt(wish) : { mask: BigInt(wish.mask), value: BigInt(wish.value) };
    }
    found = parsed as ArgWishes;
    parsedWishes.set(p, found);
  }
  return found;
}
