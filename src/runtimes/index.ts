/**
 * What starts a sandbox: the embedded runtime, OCI runtimes, engines, and any command line. Each gives a session with a stub inside,
 * and takes away all that it made when it is closed, also when this program is killed.
 */
import { CofferdamError } from '../posture/index.ts';
import { commandRuntimes, execRuntime, plainProcess, type Template, templateRuntime } from './command.ts';
import { containerdRuntime } from './containerd.ts';
import { embeddedRuntime } from './embedded/index.ts';
import { engineRuntime, engineRuntimes } from './engines.ts';
import { listedRuntimes } from './listed.ts';
import { ociRuntimes } from './oci.ts';
import type { Runtime } from './types.ts';
import { machineRuntime, machineRuntimes } from './vm/index.ts';

export { type Template, takesNoConfiguration, templateRuntime } from './command.ts';
export { joinRuntime } from './join.ts';
export type { Machine } from './machine.ts';
export type { Missing, OciConfig, Runtime, Sandbox } from './types.ts';
export { embeddedOn, type GuestMachine, type GuestOptions, guestMachine } from './vm/index.ts';

export const RUNTIMES: readonly Runtime[] = [
  plainProcess,
  embeddedRuntime,
  ...ociRuntimes,
  ...commandRuntimes,
  ...engineRuntimes,
  containerdRuntime,
  ...machineRuntimes,
  ...listedRuntimes,
];

/** `runc`, `exec:'bwrap … {agent}'`, `docker:--privileged`, `qemu:/boot/vmlinuz-…`, or one of the user's templates. */
export function runtimeNamed(name: string, templates: readonly Template[] = []): Runtime {
  const own = templates.find((template) => template.name === name);
  if (own !== undefined) return templateRuntime(own);
  if (name.startsWith('exec:')) return execRuntime(name.slice('exec:'.length));
  const [machine, kernel] = name.split(/:(.*)/s);
  if ((machine === 'qemu' || machine === 'qemu-container') && kernel) return machineRuntime(machine, kernel);
  const [engine, ...options] = name.split(/[: ]+/);
  if ((engine === 'docker' || engine === 'podman') && options.length > 0) return engineRuntime(engine, options);
  const found = RUNTIMES.find((runtime) => runtime.name === name || ALIASES[name] === runtime.name);
  if (found !== undefined) return found;
  throw new CofferdamError(
    'usage',
    `there is no runtime \`${name}\``,
    `choose ${[...templates, ...RUNTIMES].map((runtime) => runtime.name).join(', ')}, or exec:'COMMAND {agent}'`,
  );
}

/** Names that people use for them. */
const ALIASES: Readonly<Record<string, string>> = {
  bubblewrap: 'bwrap',
  nspawn: 'systemd-nspawn',
  gvisor: 'runsc',
  plain: 'process',
};
