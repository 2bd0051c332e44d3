/**
 * The embedded runtime: performs an OCI config.json through the stub, step by step, with no engine on the machine. An outer stub, born
 * of the nursery (one small process that forks faster than this one), stays outside and waits; its child, in namespaces of its own, is
 * furnished by system calls and becomes the container's first process, still listening. It executes nothing: what execve(2) would change is made in its place. Every step has
 * a name and can be left out; what the host does not permit is named with the facts whose proof is void therefore.
 */
import { CofferdamError } from '../../posture/index.ts';
import { THIS_MACHINE } from '../this-machine.ts';
import type { Availability, Runtime } from '../types.ts';
import { text } from './host.ts';
import { startEmbedded } from './start.ts';
import { STEPS } from './steps/index.ts';

export const embeddedRuntime: Runtime = {
  name: 'embedded',
  title: 'our own: an OCI config.json performed by system calls, with no engine',
  takesConfig: true,
  available: availability,
  expresses: () => true,
  start: (request) => startEmbedded(request),
};

/** Each step in its order, for people and for ablations. */
export const embeddedSteps: readonly { readonly name: string; readonly does: string; readonly vital: boolean }[] =
  STEPS.filter(({ name }, i) => STEPS.findIndex((step) => step.name === name) === i).map(({ name, does, vital }) => ({
    name,
    does,
    vital: vital === true,
  }));

/** The least there is to a container, tried for real: what a security module refuses no file tells. */
async function availability(): Promise<Availability> {
  try {
    const sandbox = await startEmbedded({ config: { linux: { namespaces: [{ type: 'mount' }, { type: 'pid' }] } } });
    await sandbox.close();
    return { available: true };
  } catch (error) {
    if (!(error instanceof CofferdamError)) throw error;
    return { available: false, why: error.message, enable: remedy() };
  }
}

/** Switches by which distributions close user namespaces to users: Ubuntu 24.04, Debian before 11, and any (namespaces(7)). */
const SWITCHES = [
  ['kernel.apparmor_restrict_unprivileged_userns', '1', '0'],
  ['kernel.unprivileged_userns_clone', '0', '1'],
  ['user.max_user_namespaces', '0', '15000'],
] as const;

function remedy(): string {
  const closed = SWITCHES.find(
    ([name, value]) => text(THIS_MACHINE.files, `/proc/sys/${name.replaceAll('.', '/')}`).trim() === value,
  );
  return closed === undefined ? 'run it as root, with CAP_SYS_ADMIN' : `sysctl -w ${closed[0]}=${closed[2]}`;
}
