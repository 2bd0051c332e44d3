/**
 * A system call as data: its name, and arguments that are words, or lie in memory: strings, bytes, structs with pointers in
 * them, room for an answer. Who makes it, and where, is not known here.
 */

export interface Call {
  readonly name: string;
  readonly args: readonly Arg[];
  /** Through which interface of the kernel; the machine's own when absent. On x86-64 there are two more. */
  readonly entry?: 'i386' | 'x32';
}

export function call(name: string, ...args: readonly Arg[]): Call {
  return { name, args };
}

/** Room that the kernel writes to; its bytes come back with the call's result. */
export interface Out {
  readonly kind: 'out';
  readonly size: number;
}

/** Bytes with addresses of other things in them. */
export interface Struct {
  readonly kind: 'struct';
  readonly bytes: Uint8Array;
  readonly pointers: readonly { readonly at: number; readonly to: Pointee }[];
  /** Its bytes after the call come back too. */
  readonly returned: boolean;
}

/** The result of an earlier call of the same batch, by its position. */
export interface ResultOf {
  readonly kind: 'result';
  readonly of: number;
}

export type Pointee = string | Uint8Array | Out | Struct;
export type Arg = number | bigint | ResultOf | Pointee;

export const out = (size: number): Out => ({ kind: 'out', size });
export const resultOf = (of: number): ResultOf => ({ kind: 'result', of });

export type Field =
  | { readonly size: 1 | 2 | 4 | 8; readonly value: number | bigint }
  | { readonly size: 8; readonly to: Pointee }
  | { readonly bytes: Uint8Array };

export const u8 = (value: number): Field => ({ size: 1, value });
export const u16 = (value: number): Field => ({ size: 2, value });
export const u32 = (value: number | bigint): Field => ({ size: 4, value });
export const u64 = (value: number | bigint): Field => ({ size: 8, value });
export const pointer = (to: Pointee): Field => ({ size: 8, to });
export const raw = (bytes: Uint8Array): Field => ({ bytes });

/** A struct from its fields in order, each aligned to its own size as the C ABIs of x86-64 and aarch64 do. */
export function struct(fields: readonly Field[], { returned = false } = {}): Struct {
  const pointers: { at: number; to: Pointee }[] = [];
  const parts: { at: number; bytes: Uint8Array }[] = [];
  let at = 0;
  for (const field of fields) {
    const size = 'bytes' in field ? field.bytes.length : field.size;
    if (!('bytes' in field)) at = align(at, field.size);
    if ('to' in field) pointers.push({ at, to: field.to });
    else parts.push({ at, bytes: 'bytes' in field ? field.bytes : littleEndian(field.value, field.size) });
    at += size;
  }
  const bytes = new Uint8Array(at);
  for (const part of parts) bytes.set(part.bytes, part.at);
  return { kind: 'struct', bytes, pointers, returned };
}

/** In network order, as ports and addresses are. */
export function bigEndian(value: number, size: 2 | 4): Uint8Array {
  return littleEndian(value, size).reverse();
}

function littleEndian(value: number | bigint, size: number): Uint8Array {
  let left = BigInt.asUintN(8 * size, BigInt(value));
  return Uint8Array.from({ length: size }, () => {
    const byte = Number(left & 0xffn);
    left >>= 8n;
    return byte;
  });
}

function align(at: number, to: number): number {
  return Math.ceil(at / to) * to;
}
