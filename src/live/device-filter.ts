import type { Session } from '../agent/index.ts';
import { call, out, struct, u32, u64 } from '../kernel/index.ts';
import { type DeviceRule, Unknown, type Value } from '../posture/index.ts';
import { type DeviceProgram, decodeDeviceProgram, rulesOf } from './device-program.ts';
import type { Tracer } from './seccomp.ts';

/** Commands of bpf(2), include/uapi/linux/bpf.h. */
const BPF = { GET_FD_BY_ID: 13, OBJ_GET_INFO: 15, PROG_QUERY: 16 } as const;
const CGROUP_DEVICE = 6;
/** Those of ancestors, too: what is in force. */
const EFFECTIVE = 1;

const AT_FDCWD = -100;
const DIRECTORY = 0o200000;
const PROT_READ_WRITE = 3;
const MAP_PRIVATE_ANONYMOUS = 0x22;

/** Room for answers that lie behind pointers: a page for descriptions, the rest for a program. */
const PAGE = 4096;
const ROOM = 65_536;
const MOST_PROGRAMS = 64;
/** struct bpf_prog_info up to xlated_prog_insns. */
const INFO_BYTES = 40;

/** What the programs let through that decide on devices for a group of version 2 (Documentation/admin-guide/cgroup-v2.rst). */
export async function readDeviceFilter(
  folder: string,
  tracer: Tracer | undefined,
): Promise<Value<readonly DeviceRule[]>> {
  if (tracer === undefined)
    return new Unknown('version 2 groups decide on devices by BPF programs, which are read only where asked for');
  const session = await tracer();
  // What it opens and maps ends with the child.
  const end = await session.child((child) => installed(child, folder));
  const programs = end.kind === 'returned' ? end.value : new Unknown('the reader of BPF programs was refused or ended');
  if (programs instanceof Unknown) return programs;
  return rulesOf(programs) ?? new Unknown('a BPF program decides on devices in a way that is not followed');
}

async function installed(child: Session, folder: string): Promise<Value<readonly DeviceProgram[]>> {
  const [mapped, pipe, group] = await child.batch([
    call('mmap', 0, ROOM, PROT_READ_WRITE, MAP_PRIVATE_ANONYMOUS, -1, 0),
    call('pipe2', out(8), 0),
    call('openat', AT_FDCWD, folder, DIRECTORY),
  ]);
  if (mapped === undefined || pipe === undefined || group === undefined || !mapped.ok || !pipe.ok || !group.ok)
    return new Unknown(
      `the BPF programs of ${folder} cannot be asked for (${group?.errno ?? mapped?.errno ?? pipe?.errno})`,
    );
  const [readEnd, writeEnd] = [pipe.bytes(0).readInt32LE(0), pipe.bytes(0).readInt32LE(4)];
  const room = new Room(child, mapped.value, readEnd, writeEnd);
  const ids = await programIds(child, group.value, room);
  if (ids instanceof Unknown) return ids;
  const programs: DeviceProgram[] = [];
  for (const id of ids) {
    const program = await programOf(child, id, room);
    if (program instanceof Unknown) return program;
    programs.push(program);
  }
  return programs;
}

/**
 * Memory of the child that calls answer into. A pipe carries it to where it can be seen, a page at a time: that much every pipe
 * holds (pipe(7)).
 */
class Room {
  readonly at: number;
  readonly #child: Session;
  readonly #readEnd: number;
  readonly #writeEnd: number;

  constructor(child: Session, at: number, readEnd: number, writeEnd: number) {
    this.#child = child;
    this.at = at;
    this.#readEnd = readEnd;
    this.#writeEnd = writeEnd;
  }

  async fetch(offset: number, size: number): Promise<Buffer> {
    const parts: Buffer[] = [];
    for (let from = offset; from < offset + size; from += PAGE) {
      const length = Math.min(PAGE, offset + size - from);
      const [, fetched] = await this.#child.batch([
        call('write', this.#writeEnd, this.at + from, length),
        call('read', this.#readEnd, out(length), length),
      ]);
      parts.push(fetched?.bytes(1) ?? Buffer.alloc(length));
    }
    return Buffer.concat(parts);
  }

  async put(bytes: Uint8Array): Promise<void> {
    await this.#child.batch([
      call('write', this.#writeEnd, bytes, bytes.length),
      call('read', this.#readEnd, this.at, bytes.length),
    ]);
  }
}

async function programIds(child: Session, group: number, room: Room): Promise<Value<readonly number[]>> {
  const query = struct(
    [u32(group), u32(CGROUP_DEVICE), u32(EFFECTIVE), u32(0), u64(room.at), u32(MOST_PROGRAMS), u32(0)],
    { returned: true },
  );
  const asked = await child.call(call('bpf', BPF.PROG_QUERY, query, query.bytes.length));
  if (asked.errno !== undefined) return refused(asked.errno);
  const count = asked.bytes(1).readUInt32LE(24);
  const bytes = count === 0 ? Buffer.alloc(0) : await room.fetch(0, 4 * count);
  return Array.from({ length: Math.floor(bytes.length / 4) }, (_, i) => bytes.readUInt32LE(4 * i));
}

async function programOf(child: Session, id: number, room: Room): Promise<Value<DeviceProgram>> {
  const opened = await child.call(call('bpf', BPF.GET_FD_BY_ID, struct([u32(id), u32(0), u32(0)]), 12));
  if (opened.errno !== undefined) return refused(opened.errno);
  // Up to xlated_prog_insns: type, id, tag, jited_prog_len, xlated_prog_len, jited_prog_insns, xlated_prog_insns.
  const wanted = struct([u32(0), u32(0), u64(0), u32(0), u32(ROOM - PAGE), u64(0), u64(room.at + PAGE)]);
  await room.put(wanted.bytes);
  const attribute = struct([u32(opened.value), u32(INFO_BYTES), u64(room.at)]);
  const asked = await child.call(call('bpf', BPF.OBJ_GET_INFO, attribute, attribute.bytes.length));
  if (asked.errno !== undefined) return refused(asked.errno);
  const length = (await room.fetch(0, INFO_BYTES)).readUInt32LE(20);
  if (length > ROOM - PAGE) return new Unknown('a BPF program decides on devices that is too long to be followed');
  return decodeDeviceProgram(await room.fetch(PAGE, length));
}

/** bpf(2): CAP_NET_ADMIN to ask which there are, CAP_SYS_ADMIN to look at them. */
function refused(errno: string): Unknown {
  const hint = errno === 'EPERM' || errno === 'EACCES' ? ': run as root of the host' : '';
  return new Unknown(`the BPF programs that decide on devices may not be read (bpf answered ${errno}${hint})`);
}
