import { factOf, Unknown } from '../../posture/index.ts';

import type { FlagUse } from './arguments.ts';
import { type Emission, emitSwitch, parseInteger, unknownParts } from './emission.ts';
import type { Emitters } from './emitters.ts';
import { SourceText } from './source-text.ts';
import { isKnown } from './words.ts';

/** Flags about what is executed, with which environment, and by which runtime. */
export const PROCESS_EMITTERS: Emitters = {
  env: emitEnv,
  'env-file': emitEnvFile,
  sysctl: emitSysctl,
  tty: (use, out) => emitSwitch(use, out, (on) => out.state(use, { 'process.terminal': on })),
  entrypoint: (use, out) => {
    out.keep('entrypoint', use);
  },
  workdir: (use, out) => out.state(use, { 'process.cwd': use.value }),
  'preserve-descriptors': (use, out) => {
    const leaks = use.flag.name === 'preserve-fd' || (parseInteger(use.value) ?? 1) > 0;
    out.state(use, { 'runtime.leaks-descriptors': leaks });
  },
  hooks: (use, out) => {
    const hooks = out.keep('hooks', [...out.kept<readonly string[]>('hooks', []), use.value].slice(0, MOST_HOOKS));
    out.state(use, { 'runtime.hooks': hooks });
  },
  runtime: (use, out) => out.state(use, { 'request.runtime': use.value }),
  isolation: emitIsolation,
  platform: (use, out) => {
    const [os] = use.value.split('/');
    if (os === 'linux' || os === 'windows') out.state(use, { platform: os });
  },
  pull: (use, out) => out.state(use, { 'image.pull-policy': use.value }),
  'content-trust': (use, out) =>
    emitSwitch(use, out, (off) => {
      // Podman takes the flag and does nothing with it.
      if (out.engine === 'docker') out.state(use, { 'image.signature-verified': !off });
    }),
  verify: (use, out) => out.state(use, { 'image.signature-verified': use.value !== 'none' }),
  restart: (use, out) => out.state(use, { 'runtime.restart-policy': use.value }),
  health: (use, out) => out.state(use, { 'image.healthcheck': use.value !== 'none' && use.value !== '' }),
  'no-health': (use, out) => emitSwitch(use, out, (off) => out.state(use, { 'image.healthcheck': !off })),
};

const MOST_HOOKS = 50;

/** A name without a value takes it from whoever runs the line; only what the user passed to us is known of that. */
function emitEnv(use: FlagUse, out: Emission): void {
  const equals = use.value.indexOf('=');
  const name = equals < 0 ? use.value : use.value.slice(0, equals);
  if (!isKnown(name)) out.unknown(use, unknownParts(use));
  else if (name === '') out.problem(use, 'env-name', `\`${use.value}\` names no variable`, 'write NAME=value');
  else if (equals < 0) {
    const passed = Object.hasOwn(out.options.environment, name) ? out.options.environment[name] : undefined;
    out.state(use, factOf(`env.${name}`, passed ?? new Unknown(`${name} is taken over from the caller's environment`)));
  } else {
    const value = use.value.slice(equals + 1);
    out.state(use, factOf(`env.${name}`, isKnown(value) ? value : new Unknown(unknownParts(use))));
  }
}

/** Each line of the file is a statement of its own, at its own place. */
function emitEnvFile(use: FlagUse, out: Emission): void {
  const file = out.options.read(use.value, out.source.path);
  if (file instanceof Unknown) {
    out.problem(
      use,
      'env-file-not-found',
      `${use.value} cannot be read: ${file.why}`,
      'put it beside the file that names it',
    );
    out.unknown(use, `${use.value} cannot be read: ${file.why}`);
    return;
  }
  const text = new SourceText(file.path, file.text);
  for (let number = 1; number <= text.lines; number++) {
    const line = text.lineText(number).trim();
    const equals = line.indexOf('=');
    const name = equals < 0 ? line : line.slice(0, equals);
    if (name === '' || name.startsWith('#')) continue;
    const value =
      equals < 0 ? new Unknown(`${name} is taken over from the caller's environment`) : line.slice(equals + 1);
    out.state(use, factOf(`env.${name}`, value), { place: { path: file.path, line: number, column: 1 }, text: name });
  }
}

function emitSysctl(use: FlagUse, out: Emission): void {
  const equals = use.value.indexOf('=');
  const name = use.value.slice(0, Math.max(0, equals));
  const value = use.value.slice(equals + 1);
  if (!isKnown(name)) out.unknown(use, unknownParts(use));
  else if (name === '') out.reject(use, `--sysctl ${use.value} has no value`, 'write NAME=VALUE');
  else out.state(use, factOf(`sysctl.${name}`, isKnown(value) ? value : new Unknown(unknownParts(use))));
}

/** Windows only: `hyperv` is a virtual machine of its own, `process` a container on the host's kernel. */
function emitIsolation(use: FlagUse, out: Emission): void {
  if (use.value === 'hyperv') out.state(use, { platform: 'windows', 'sandbox.kind': 'hypervisor' });
  else if (use.value === 'process' || use.value === 'host')
    out.state(use, { platform: 'windows', 'sandbox.kind': 'os' });
  else if (use.value !== 'default' && use.value !== '') {
    out.reject(use, `--isolation ${use.value} is unknown`, 'use default, process or hyperv');
  }
}
