import type { Session } from '../../agent/index.ts';
import { type Arch, call, resultOf, struct, u64 } from '../../kernel/index.ts';
import { succeeded } from './timing.ts';

/**
 * The stub makes system calls and nothing else; work of the processor needs instructions. A few of them are put into a page of a
 * throw-away process, as the handler of a signal that the process sends itself: by the time that kill(2) is over, they have run.
 */
export interface Program {
  /** Sends the signal: the work is done when this call returns. */
  readonly run: ReturnType<typeof call>;
}

/** What can be run. Registers of a handler are its own: the kernel restores them all. */
export type Work =
  /** Counts down. */
  | { readonly kind: 'count'; readonly times: number }
  /** Writes a byte every `stride` bytes. */
  | { readonly kind: 'touch'; readonly from: number; readonly times: number; readonly stride: number };

const SIGUSR1 = 10;
/** arch/x86/include/uapi/asm/signal.h, arch/arm64/include/uapi/asm/signal.h */
const SA_RESTORER = 0x0400_0000;
const [PROT_READ, PROT_EXEC, MAP_PRIVATE] = [1, 4, 2];

export async function prepared(child: Session, work: Work): Promise<Program> {
  const { arch } = child.hello;
  const code = CODE[arch](work);
  const page = Buffer.concat([code, RETURN[arch]]);
  const [file, written, mapped, pid] = await child.batch([
    call('memfd_create', 'work', 0),
    call('write', resultOf(0), page, page.length),
    call('mmap', 0, 4096, PROT_READ | PROT_EXEC, MAP_PRIVATE, resultOf(0), 0),
    call('getpid'),
    call('close', resultOf(0)),
  ]);
  for (const result of [file, written, mapped]) succeeded(result);
  const address = succeeded(mapped).value;
  const handler = struct([u64(address), u64(SA_RESTORER), u64(address + code.length), u64(0)]);
  succeeded(await child.call(call('rt_sigaction', SIGUSR1, handler, 0, 8)));
  return { run: call('kill', succeeded(pid).value, SIGUSR1) };
}

function word(value: number | bigint, size: 4 | 8): Buffer {
  const bytes = Buffer.alloc(8);
  bytes.writeBigUInt64LE(BigInt(value));
  return bytes.subarray(0, size);
}

const x86 = (text: string, ...rest: readonly Buffer[]): Buffer =>
  Buffer.concat([Buffer.from(text.replaceAll(' ', ''), 'hex'), ...rest]);

function countOnX86(times: number): Buffer {
  // mov rcx, times; again: dec rcx; jnz again; ret
  return Buffer.concat([x86('48c7c1', word(times, 4)), x86('48ffc9 75fb c3')]);
}

function touchOnX86(from: number, times: number, stride: number): Buffer {
  // mov rdi, from; mov rcx, times; again: mov byte [rdi], 1; add rdi, stride; dec rcx; jnz again; ret
  return Buffer.concat([
    x86('48bf', word(from, 8)),
    x86('48c7c1', word(times, 4)),
    x86('c60701 4881c7', word(stride, 4)),
    x86('48ffc9 75f1 c3'),
  ]);
}

const arm = (...words: readonly number[]): Buffer => Buffer.concat(words.map((one) => word(one >>> 0, 4)));

/** movz and three movk: the value, sixteen bits at a time. */
function moveOnArm(register: number, value: number): Buffer {
  const part = (index: number): number => Number((BigInt(value) >> BigInt(16 * index)) & 0xffffn);
  return arm(
    0xd280_0000 | (part(0) << 5) | register,
    ...[1, 2, 3].map((index) => 0xf280_0000 | (index << 21) | (part(index) << 5) | register),
  );
}

function countOnArm(times: number): Buffer {
  // x1 = times; again: subs x1, x1, #1; b.ne again; ret
  return Buffer.concat([moveOnArm(1, times), arm(0xf100_0421, 0x54ff_ffe1, 0xd65f_03c0)]);
}

function touchOnArm(from: number, times: number, stride: number): Buffer {
  // again: strb wzr, [x2]; add x2, x2, x3; subs x1, x1, #1; b.ne again; ret
  return Buffer.concat([
    moveOnArm(1, times),
    moveOnArm(2, from),
    moveOnArm(3, stride),
    arm(0x3900_005f, 0x8b03_0042, 0xf100_0421, 0x54ff_ffa1, 0xd65f_03c0),
  ]);
}

const CODE: Readonly<Record<Arch & ('x86_64' | 'aarch64'), (work: Work) => Buffer>> = {
  x86_64: (work) => (work.kind === 'count' ? countOnX86(work.times) : touchOnX86(work.from, work.times, work.stride)),
  aarch64: (work) => (work.kind === 'count' ? countOnArm(work.times) : touchOnArm(work.from, work.times, work.stride)),
};

/** rt_sigreturn(2). */
const RETURN = {
  // mov eax, 15; syscall
  x86_64: x86('b80f000000 0f05'),
  // mov x8, #139; svc #0
  aarch64: arm(0xd280_1168, 0xd400_0001),
} as const;
