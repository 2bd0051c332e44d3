import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Session } from '../../agent/index.ts';
import { Caretaker } from '../caretaker.ts';
import { boot } from './boot.ts';
import { guestImage } from './guest-image.ts';
import type { KernelImage } from './kernel-image.ts';
import { Port } from './port.ts';
import { PORT, type Qemu, startQemu } from './qemu.ts';

/** A guest that has come up: the stub is its first process. */
export interface Booted {
  readonly qemu: Qemu;
  readonly init: Session;
  /** Ends the machine; nothing of it stays. Idempotent. */
  close(): Promise<void>;
}

export async function bootGuest(
  kernel: KernelImage,
  { timeoutMs, parameters = [], policy }: BootOptions,
): Promise<Booted> {
  const caretaker = new Caretaker();
  try {
    const folder = caretaker.folder();
    const initrd = join(folder, 'initrd');
    writeFileSync(initrd, guestImage(kernel, policy));
    const qemu = startQemu({ kernel: kernel.path, initrd, caretaker, folder, parameters: [...USUAL, ...parameters] });
    const port = new Port(PORT.INIT, qemu.port(PORT.INIT));
    const init = await boot(qemu, kernel, timeoutMs, port.channel(qemu.messages, qemu.kill));
    return { qemu, init, close: () => caretaker.release() };
  } catch (error) {
    await caretaker.release();
    throw error;
  }
}

export interface BootOptions {
  readonly timeoutMs: number;
  readonly parameters?: readonly string[];
  /** AppArmor policy, in binary form, for the guest to load. */
  readonly policy?: Uint8Array;
}

/** A slow clock is no broken one: under emulation the kernel's check of its timer fails at times. */
const USUAL = ['no_timer_check', 'nokaslr', 'cryptomgr.notests'];
