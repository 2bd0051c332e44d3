/**
 * Virtual machines under QEMU's software emulation, with the stub as the first process of a distribution's kernel, and containers in
 * them: the embedded runtime works in a guest as it does here, through the guest's stubs. The guest's root is made in memory; no disk, no
 * network, nothing of the host is given to it. It ends with this program, however that ends.
 */
import { CofferdamError } from '../../posture/index.ts';
import { onlyItsDefault, takesNoConfiguration } from '../command.ts';
import { startEmbedded } from '../embedded/start.ts';
import type { Machine } from '../machine.ts';
import type { Availability, Runtime, Sandbox, StartRequest } from '../types.ts';
import { installed } from '../version.ts';
import { guestMachine } from './guest-machine.ts';
import { findKernel } from './kernel-image.ts';
import { bootGuest } from './machine.ts';
import { PROGRAM } from './qemu.ts';

export { type GuestMachine, type GuestOptions, guestMachine } from './guest-machine.ts';

type Kind = 'qemu' | 'qemu-container';

/** `kernel`: path of one. Default: the one that is found. */
export function machineRuntime(name: Kind, kernel?: string): Runtime {
  const contained = name === 'qemu-container';
  return {
    name,
    title: contained
      ? 'a container in a virtual machine of its own (the arrangement of Kata Containers)'
      : 'a virtual machine under QEMU, software emulation',
    takesConfig: contained,
    kind: 'hypervisor',
    available: () => availability(kernel),
    expresses: (profile) => contained || onlyItsDefault(profile, MACHINE_IS_ALL),
    start: (request) => (contained ? startContainer(request, kernel) : startMachine(request, kernel)),
  };
}

const MACHINE_IS_ALL =
  'its first process is the whole of it: nothing in the guest holds it (qemu-container has a container there)';

export const machineRuntimes: readonly Runtime[] = [machineRuntime('qemu'), machineRuntime('qemu-container')];

/** The embedded runtime on another machine: its sandboxes are told of as that machine sees them. */
export function embeddedOn(machine: Machine): Runtime {
  return {
    name: 'embedded',
    title: 'our own, on another machine',
    takesConfig: true,
    available: async () => ({ available: true }),
    expresses: () => true,
    start: (request) => startEmbedded(request, undefined, machine),
  };
}

async function availability(kernel: string | undefined): Promise<Availability> {
  const found = await installed([PROGRAM, '--version'], 'apt-get install qemu-system-x86');
  if (!found.available) return found;
  try {
    return { available: true, version: `${found.version}, kernel ${findKernel(kernel).release}` };
  } catch (error) {
    if (!(error instanceof CofferdamError)) throw error;
    return { available: false, why: error.message, enable: error.hint };
  }
}

/** A kernel takes seconds to come up where every instruction is translated, more on a busy machine: a limit for containers is none for it. */
const LEAST_TIMEOUT_MS = 60_000;

const patience = (timeoutMs = 0): number => Math.max(timeoutMs, LEAST_TIMEOUT_MS);

async function startMachine({ config, timeoutMs }: StartRequest, kernel: string | undefined): Promise<Sandbox> {
  if (config !== undefined) throw takesNoConfiguration('qemu');
  const { init: session, close } = await bootGuest(findKernel(kernel), { timeoutMs: patience(timeoutMs) });
  return { runtime: 'qemu', session, pid: undefined, missing: [], close };
}

/** To this machine its process is unknown: what it is compared with is here, not in the guest. */
async function startContainer(request: StartRequest, kernel: string | undefined): Promise<Sandbox> {
  const timeoutMs = patience(request.timeoutMs);
  const guest = await guestMachine({
    cgroups: 'v2',
    appArmor: false,
    timeoutMs,
    ...(kernel !== undefined && { kernel }),
  });
  try {
    const { session, missing, close } = await startEmbedded({ ...request, timeoutMs }, undefined, guest);
    const closeBoth = (): Promise<void> => close().then(guest.close);
    return { runtime: 'qemu-container', session, pid: undefined, missing, close: closeBoth };
  } catch (error) {
    await guest.close();
    throw error;
  }
}
