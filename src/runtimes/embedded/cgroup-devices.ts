import { call, pointer, resultOf, struct, u32, u64 } from '../../kernel/index.ts';
import type { DeviceRule } from './config.ts';
import { AT_FDCWD, O } from './linux.ts';
import { may, must, type Operation } from './operation.ts';

/** What runc lets every container have, behind its own rules (libcontainer/specconv, AllowedDevices). */
const ALWAYS: readonly DeviceRule[] = [
  ...(['c', 'b'] as const).map((type) => ({ allow: true, type, access: 'm' })),
  ...[
    [1, 3],
    [1, 8],
    [1, 7],
    [5, 0],
    [1, 5],
    [1, 9],
    [136, undefined],
    [5, 2],
    [10, 200],
  ].map(([major, minor]) => ({ allow: true, type: 'c', major, minor, access: 'rwm' })),
];

/** A new group has what its parent may; runc begins with nothing (libcontainer/cgroups/devices, the emulator of rules). */
const NOTHING: DeviceRule = { allow: false, access: 'rwm' };

/** Lines for devices.allow and devices.deny: Documentation/admin-guide/cgroup-v1/devices.rst. */
export function cgroupDevicesV1(rules: readonly DeviceRule[]): (readonly [string, string])[] {
  return [NOTHING, ...rules, ...ALWAYS].map(line);
}

function line({ allow, type = 'a', major, minor, access = 'rwm' }: DeviceRule): readonly [string, string] {
  const file = allow ? 'devices.allow' : 'devices.deny';
  const number = (value: number | undefined): string => (anyNumber(value) ? '*' : String(value));
  return [file, type === 'a' ? 'a' : `${type} ${number(major)}:${number(minor)} ${access}`];
}

function anyNumber(value: number | undefined): value is undefined {
  return value === undefined || value < 0;
}

/** include/uapi/linux/bpf.h: struct bpf_cgroup_dev_ctx holds the access above the type, then the numbers. */
const TYPES: Readonly<Record<string, number>> = { b: 1, c: 2 };
const ACCESS: Readonly<Record<string, number>> = { m: 1, r: 2, w: 4 };
const ALL_ACCESS = 7;
const OP = {
  LOAD_WORD: 0x61,
  MOVE: 0xbf,
  MOVE_VALUE: 0xb7,
  SHIFT_RIGHT: 0x77,
  AND: 0x57,
  JUMP_EQUAL: 0x15,
  JUMP_UNEQUAL: 0x55,
  JUMP_UNEQUAL_REGISTER: 0x5d,
  EXIT: 0x95,
} as const;
const R = { RESULT: 0, CONTEXT: 1, TYPE: 2, ACCESS: 3, MAJOR: 4, MINOR: 5, SCRATCH: 6 } as const;

interface Instruction {
  readonly op: number;
  readonly to: number;
  readonly from?: number;
  readonly offset?: number;
  readonly value?: number;
}

/** The same decision for cgroup version 2, as an eBPF program: of the rules that match the last decides, and without one it is no. */
export function cgroupDevicesV2(rules: readonly DeviceRule[]): Uint8Array {
  const program: Instruction[] = [
    { op: OP.LOAD_WORD, to: R.TYPE, from: R.CONTEXT, offset: 0 },
    { op: OP.MOVE, to: R.ACCESS, from: R.TYPE },
    { op: OP.SHIFT_RIGHT, to: R.ACCESS, value: 16 },
    { op: OP.AND, to: R.TYPE, value: 0xffff },
    { op: OP.LOAD_WORD, to: R.MAJOR, from: R.CONTEXT, offset: 4 },
    { op: OP.LOAD_WORD, to: R.MINOR, from: R.CONTEXT, offset: 8 },
  ];
  for (const rule of [...rules, ...ALWAYS].toReversed()) {
    const part = decided(rule);
    program.push(...part);
    // The verifier takes no instruction that cannot be reached.
    if (part.length === 2) return encoded(program);
  }
  return encoded([...program, ...answer(false)]);
}

function decided({ allow, type = 'a', major, minor, access = 'rwm' }: DeviceRule): readonly Instruction[] {
  const tests: Instruction[] = [];
  const mask = [...access].reduce((bits, letter) => bits | (ACCESS[letter] ?? 0), 0);
  if (type !== 'a') tests.push({ op: OP.JUMP_UNEQUAL, to: R.TYPE, value: TYPES[type === 'b' ? 'b' : 'c'] ?? 0 });
  if (mask !== ALL_ACCESS) {
    tests.push({ op: OP.MOVE, to: R.SCRATCH, from: R.ACCESS }, { op: OP.AND, to: R.SCRATCH, value: mask });
    // All that is asked for must be allowed; any of it may be denied.
    tests.push(
      allow
        ? { op: OP.JUMP_UNEQUAL_REGISTER, to: R.SCRATCH, from: R.ACCESS }
        : { op: OP.JUMP_EQUAL, to: R.SCRATCH, value: 0 },
    );
  }
  if (type !== 'a' && !anyNumber(major)) tests.push({ op: OP.JUMP_UNEQUAL, to: R.MAJOR, value: major });
  if (type !== 'a' && !anyNumber(minor)) tests.push({ op: OP.JUMP_UNEQUAL, to: R.MINOR, value: minor });
  const whole = [...tests, ...answer(allow)];
  const jumps: ReadonlySet<number> = new Set([OP.JUMP_EQUAL, OP.JUMP_UNEQUAL, OP.JUMP_UNEQUAL_REGISTER]);
  return whole.map((one, i) => (jumps.has(one.op) ? { ...one, offset: whole.length - i - 1 } : one));
}

function answer(allow: boolean): readonly Instruction[] {
  return [
    { op: OP.MOVE_VALUE, to: R.RESULT, value: allow ? 1 : 0 },
    { op: OP.EXIT, to: 0 },
  ];
}

function encoded(program: readonly Instruction[]): Uint8Array {
  const bytes = Buffer.alloc(8 * program.length);
  program.forEach(({ op, to, from = 0, offset = 0, value = 0 }, i) => {
    bytes.writeUInt8(op, 8 * i);
    bytes.writeUInt8(to | (from << 4), 8 * i + 1);
    bytes.writeInt16LE(offset, 8 * i + 2);
    bytes.writeInt32LE(value, 8 * i + 4);
  });
  return bytes;
}

const BPF = { PROG_LOAD: 5, PROG_ATTACH: 8, TYPE_CGROUP_DEVICE: 15, ATTACH_CGROUP_DEVICE: 6, ALLOW_MULTI: 2 } as const;
/** Descriptors that nothing else has: a struct cannot name the result of a call. */
const [PROGRAM, GROUP] = [60, 61] as const;

/** Loads the program and ties it to the group, with which it goes. */
export function attachDevices(program: Uint8Array, folder: string): readonly Operation[] {
  const load = struct([
    u32(BPF.TYPE_CGROUP_DEVICE),
    u32(program.length / 8),
    pointer(program),
    pointer('Apache-2.0'),
    u64(0),
    u64(0),
    u64(0),
  ]);
  const attach = struct([u32(GROUP), u32(PROGRAM), u32(BPF.ATTACH_CGROUP_DEVICE), u32(BPF.ALLOW_MULTI)]);
  return [
    must(call('bpf', BPF.PROG_LOAD, load, load.bytes.length)),
    must(call('dup3', resultOf(0), PROGRAM, 0)),
    must(call('openat', AT_FDCWD, folder, O.RDONLY | O.CLOEXEC)),
    must(call('dup3', resultOf(2), GROUP, 0)),
    must(call('bpf', BPF.PROG_ATTACH, attach, attach.bytes.length)),
    ...[resultOf(0), PROGRAM, resultOf(2), GROUP].map((descriptor) => may(call('close', descriptor))),
  ];
}
