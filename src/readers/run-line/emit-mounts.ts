import { factOf, Unknown } from '../../posture/index.ts';
import { isCdiDevice, isDevice, parseDevice, parseDeviceRule } from '../device-syntax.ts';
import { parseBoolean } from '../go-boolean.ts';
import type { FlagUse } from './arguments.ts';
import { type Emission, emitSwitch, unknownParts } from './emission.ts';
import type { Emitters } from './emitters.ts';
import { type MountValue, parseMount, parseTmpfs, parseVolume, splitCsv } from './mount-values.ts';
import { isKnown } from './words.ts';

/** Flags that decide which files and devices the container sees. */
export const MOUNT_EMITTERS: Emitters = {
  volume: (use, out) => emitMount(use, out, parseVolume(use.value)),
  mount: (use, out) => emitMount(use, out, parseMount(use.value, out.engine)),
  tmpfs: (use, out) => emitMount(use, out, parseTmpfs(use.value)),
  'volumes-from': (use, out) => out.unknown(use, `the mounts of container ${use.value} are taken over`),
  'read-only': (use, out) => emitSwitch(use, out, (on) => out.state(use, { 'rootfs.readonly': on })),
  'api-socket': emitApiSocket,
  secret: emitSecret,
  systemd: emitSystemd,
  device: emitDevice,
  'device-rule': emitDeviceRule,
  gpus: (use, out) => out.state(use, { 'request.gpus': use.value }),
};

/** A destination that is known keeps its key where the rest of the value is not. */
function emitMount(use: FlagUse, out: Emission, value: MountValue): void {
  if ('fault' in value) {
    if (isKnown(use.value)) out.reject(use, `${use.text}: ${value.fault}`, 'see `docker run --help`');
    else out.unknown(use, unknownParts(use));
  } else if (!isKnown(value.destination)) out.unknown(use, unknownParts(use));
  else if (isKnown(use.value)) out.state(use, factOf(`mount.${value.destination}`, value.mount));
  else out.state(use, factOf(`mount.${value.destination}`, new Unknown(unknownParts(use))));
}

/** docker/cli container/create.go: the client binds the daemon's socket at its usual path, and the credentials with it. */
function emitApiSocket(use: FlagUse, out: Emission): void {
  emitSwitch(use, out, (on) => {
    const socket = '/var/run/docker.sock';
    if (on) out.state(use, factOf(`mount.${socket}`, { type: 'bind', source: socket, readonly: false }));
  });
}

/** podman cmd/podman/common `parseSecrets`: a file under /run/secrets, or a variable. */
function emitSecret(use: FlagUse, out: Emission): void {
  const [name = '', ...options] = splitCsv(use.value);
  const option = (key: string): string | undefined =>
    options.find((one) => one.startsWith(`${key}=`))?.slice(key.length + 1);
  const target = option('target') ?? name;
  if (!isKnown(target)) out.unknown(use, unknownParts(use));
  else if (target === '') out.reject(use, `--secret ${use.value} names no secret`, 'write NAME[,OPTION=VALUE…]');
  else if (option('type') === 'env') out.state(use, factOf(`env.${target}`, new Unknown(`the secret ${name}`)));
  else {
    const path = target.startsWith('/') ? target : `/run/secrets/${target}`;
    out.state(use, factOf(`mount.${path}`, { type: 'secret', source: name, readonly: true }));
  }
}

/** podman: `true` looks at the command; `always` mounts the cgroup tree for writing (libpod/container_internal_linux.go `setupSystemd`). */
function emitSystemd(use: FlagUse, out: Emission): void {
  if (use.value === 'always') out.state(use, factOf('mount./sys/fs/cgroup', { type: 'cgroup', readonly: false }));
  else if (parseBoolean(use.value.toLowerCase()) === undefined) {
    out.reject(use, `--systemd ${use.value} is unknown`, 'use true, false or always');
  }
}

/** A name such as `vendor.com/class=name` is a CDI device. */
function emitDevice(use: FlagUse, out: Emission): void {
  const device = parseDevice(use.value);
  const { source, target } = device;
  if (!isKnown(use.value)) {
    if (isKnown(target) && target.startsWith('/'))
      out.state(use, factOf(`device.${target}`, new Unknown(unknownParts(use))));
    else out.unknown(use, unknownParts(use));
  } else if (isCdiDevice(source)) out.unknown(use, `what the CDI device ${use.value} brings is said by the host`);
  else if (source.includes('*')) out.unknown(use, `which devices ${source} meets is not known`);
  else if (isDevice(device))
    out.state(use, factOf(`device.${target}`, { type: 'unknown', hostPath: source, access: device.access }));
  else out.reject(use, `--device ${use.value} is no device`, 'write HOST[:INSIDE][:rwm] with absolute paths');
}

function emitDeviceRule(use: FlagUse, out: Emission): void {
  const rule = parseDeviceRule(use.value);
  if (rule === undefined)
    out.reject(use, `--device-cgroup-rule '${use.value}' is no rule`, "write 'TYPE MAJOR:MINOR rwm'");
  else out.state(use, factOf(`request.device-rule.${use.value}`, rule));
}
