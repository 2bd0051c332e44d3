import { ARCHES, type Arch, X32_SYSCALL_BIT } from './arch.ts';
import { TABLES } from './syscalls.data.ts';

const numbers = new Map<Arch, ReadonlyMap<string, number>>();
const names = new Map<Arch, ReadonlyMap<number, string>>();

/** Every call of one interface with its number, in the order of the numbers; x32 numbers carry bit 30. */
export function syscallTable(arch: Arch): ReadonlyMap<string, number> {
  let table = numbers.get(arch);
  if (table === undefined) {
    table = parseTable(TABLES[arch], arch === 'x32' ? X32_SYSCALL_BIT : 0);
    numbers.set(arch, table);
  }
  return table;
}

/** The number as it stands in the register; undefined where the interface lacks the call. */
export function syscallNumber(arch: Arch, name: string): number | undefined {
  return syscallTable(arch).get(name);
}

/** In the place of a name: a number that has no function, and never gets one. No list of names has it. */
export const UNASSIGNED = 'unassigned';

/**
 * Kept free on x86-64 and arm64, where newer calls have the same number on every machine (387 to 423 in
 * arch/x86/entry/syscalls/syscall_64.tbl, 295 to 402 in scripts/syscall.tbl); elsewhere such numbers are in use.
 */
const KEPT_FREE: Partial<Readonly<Record<Arch, number>>> = { x86_64: 400, aarch64: 400 };

/** The number of a call that is made: by its name, or the one without any. */
export function callNumber(arch: Arch, name: string): number | undefined {
  return name === UNASSIGNED ? KEPT_FREE[arch] : syscallNumber(arch, name);
}

export function syscallName(arch: Arch, number: number): string | undefined {
  let table = names.get(arch);
  if (table === undefined) {
    table = new Map([...syscallTable(arch)].map(([name, value]) => [value, name]));
    names.set(arch, table);
  }
  return table.get(number);
}

/** Whether any supported interface has a call of this name: tells a call that one interface lacks from a name unknown to the tables. */
export function isSyscallName(name: string): boolean {
  return ARCHES.some((arch) => syscallTable(arch).has(name));
}

function parseTable(text: string, base: number): ReadonlyMap<string, number> {
  const table = new Map<string, number>();
  let number = base - 1;
  for (const token of tokens(text)) {
    const [name = '', stated] = token.split(':');
    number = stated === undefined ? number + 1 : base + Number(stated);
    table.set(name, number);
  }
  return table;
}

function tokens(text: string): string[] {
  return text.trim().split(/\s+/);
}
