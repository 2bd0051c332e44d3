/** Kernel functions that were found in the sources of a kernel: by name, the file and the kernels in which it was there. */
import { readFileSync } from 'node:fs';

export type Register = Readonly<Record<string, Readonly<Record<string, readonly string[]>>>>;

export const REGISTER_FILE = new URL('./functions.json', import.meta.url);

export function readRegister(): Register {
  return JSON.parse(readFileSync(REGISTER_FILE, 'utf8')) as Register;
}
