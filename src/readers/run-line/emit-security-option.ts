import { factOf, type SelinuxLabel, Unknown } from '../../posture/index.ts';
import { parseBoolean } from '../go-boolean.ts';
import { seccompFileAt } from '../seccomp-file.ts';
import { parseLabelOption } from '../selinux-label.ts';
import type { FlagUse } from './arguments.ts';
import { type Emission, unknownParts } from './emission.ts';

import { isKnown } from './words.ts';

type OptionEmitter = (use: FlagUse, out: Emission, value: string | undefined) => void;

/*
 * moby daemon/daemon_unix.go `parseSecurityOpt` and docker/cli opts.go `parseSecurityOpts`, `parseSystemPaths`;
 * podman pkg/specgenutil/specgen.go; nerdctl pkg/cmd/container/run_security_linux.go.
 */
const OPTIONS: Readonly<Record<string, OptionEmitter>> = {
  seccomp: emitSeccomp,
  apparmor: (use, out, value) => {
    if (value === undefined) needsValue(use, out);
    else out.state(use, { 'request.apparmor': value });
  },
  label: emitLabel,
  disable: (use, out) => out.state(use, { 'request.selinux': 'disabled' }),
  'no-new-privileges': (use, out, value) => {
    const on = parseBoolean(value ?? 'true');
    if (on === undefined) rejectOption(use, out);
    else out.state(use, { 'request.no-new-privileges': on });
  },
  systempaths: (use, out, value) => {
    if (value === 'unconfined') out.state(use, { 'request.system-paths-unmasked': true });
    else rejectOption(use, out);
  },
  mask: (use, out, value) => {
    for (const path of (value ?? '').split(':')) if (path !== '') out.state(use, factOf(`masked.${path}`, true));
  },
  unmask: emitUnmask,
  'proc-opts': () => {},
  'writable-cgroups': (use, out, value) => {
    const on = parseBoolean(value ?? 'true');
    if (on === undefined) rejectOption(use, out);
    else out.state(use, factOf('mount./sys/fs/cgroup', { type: 'cgroup', readonly: !on }));
  },
  'privileged-without-host-devices': (use, out) => out.state(use, factOf('device.*', 'default')),
};

/** Both `=` and the old `:` stand between an option and its value; where both occur, `=` does. */
export function emitSecurityOption(use: FlagUse, out: Emission): void {
  const separator = use.value.includes('=') ? '=' : ':';
  const at = use.value.indexOf(separator);
  const name = at < 0 ? use.value : use.value.slice(0, at);
  const value = at < 0 ? undefined : use.value.slice(at + 1);
  const emit = Object.hasOwn(OPTIONS, name) ? OPTIONS[name] : undefined;
  if (emit === undefined) {
    if (isKnown(name)) rejectOption(use, out);
    else out.unknown(use, unknownParts(use));
  } else if (value === undefined || isKnown(value)) emit(use, out, value);
  else emitUnknownValue(use, out, name);
}

const KEYS: Readonly<Record<string, Parameters<Emission['open']>[1]>> = {
  seccomp: ['request.seccomp'],
  apparmor: ['request.apparmor'],
  label: ['request.selinux'],
  'no-new-privileges': ['request.no-new-privileges'],
  systempaths: ['request.system-paths-unmasked'],
  mask: ['masked.*'],
  unmask: ['request.system-paths-unmasked'],
};

function emitUnknownValue(use: FlagUse, out: Emission, name: string): void {
  const keys = KEYS[name] ?? [];
  out.open({ ...use, kind: 'open', why: unknownParts(use), harmless: false }, keys);
}

function rejectOption(use: FlagUse, out: Emission): void {
  out.reject(use, `--security-opt ${use.value} is not understood`, `use one of ${Object.keys(OPTIONS).join(', ')}`);
}

function needsValue(use: FlagUse, out: Emission): void {
  out.reject(use, `--security-opt ${use.value} has no value`, 'write it as NAME=VALUE');
}

/** `builtin` is Docker's and nerdctl's word for the engine's own profile; for podman every other word than `unconfined` is a path. */
function emitSeccomp(use: FlagUse, out: Emission, value: string | undefined): void {
  if (value === undefined || value === '') needsValue(use, out);
  else if (value === 'unconfined') out.state(use, { 'request.seccomp': { kind: 'unconfined' } });
  else if (value === 'builtin' && out.engine !== 'podman') out.state(use, { 'request.seccomp': { kind: 'builtin' } });
  else emitSeccompFile(use, out, value);
}

function emitSeccompFile(use: FlagUse, out: Emission, path: string): void {
  const profile = seccompFileAt(path, out.source.path, out.options);
  if (profile instanceof Unknown)
    out.problem(
      use,
      'seccomp-profile',
      profile.why,
      'put it beside the file that names it, in the form of Docker’s default.json',
    );
  out.state(use, { 'request.seccomp': profile });
}

/** Each `label=PART:VALUE` adds to the label; `disable` ends it. */
function emitLabel(use: FlagUse, out: Emission, value = ''): void {
  const said = parseLabelOption(value);
  if (said === 'disabled') out.state(use, { 'request.selinux': 'disabled' });
  else if (value === 'nested') {
    // pkg/specgenutil/specgen.go: a nested label needs the SELinux file system and /proc unmasked.
    out.state(use, { 'masked./sys/fs/selinux': false, 'masked./proc': false, 'readonly-path./proc': false });
  } else if (said !== undefined) {
    const label = out.keep('selinux', { ...out.kept<SelinuxLabel>('selinux', {}), ...said });
    out.state(use, { 'request.selinux': label });
  } else if (!value.startsWith('filetype:')) rejectOption(use, out);
}

/** Podman: `ALL`, or paths, or patterns (pkg/specgen/generate/config_linux.go `BlockAccessToKernelFilesystems`). */
function emitUnmask(use: FlagUse, out: Emission, value = ''): void {
  for (const path of value.split(':')) {
    if (path.toUpperCase() === 'ALL') out.state(use, { 'request.system-paths-unmasked': true });
    else if (/[*?[]/.test(path)) {
      out.state(use, {
        'request.system-paths-unmasked': new Unknown(`unmask=${path} takes off some masks, by a pattern`),
      });
    } else if (path !== '') {
      out.state(use, { ...factOf(`masked.${path}`, false), ...factOf(`readonly-path.${path}`, false) });
    }
  }
}
