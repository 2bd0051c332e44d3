import { type SeccompRequest, type SelinuxLabel, Unknown, type Value } from '../../posture/index.ts';
import { type Node, text as word } from '../document/index.ts';
import { parseBoolean } from '../go-boolean.ts';
import { seccompFileAt, seccompRequest } from '../seccomp-file.ts';
import { parseLabelOption } from '../selinux-label.ts';
import { itemsOf } from '../stating.ts';
import type { Inspected } from './container.ts';

/** `HostConfig.SecurityOpt`, `NAME`, `NAME=VALUE` or (Docker, deprecated) `NAME:VALUE` (moby daemon/daemon_unix.go `parseSecurityOpt`). */
export function stateSecurityOptions(inspected: Inspected, node: Node): void {
  const { stating } = inspected;
  const labels: SelinuxLabel[] = [];
  for (const item of itemsOf(node, stating) ?? []) {
    const option = stating.read(word, item);
    if (typeof option === 'string') stateOption(inspected, item, option, labels);
  }
}

function stateOption(inspected: Inspected, item: Node, option: string, labels: SelinuxLabel[]): void {
  const { stating, engine } = inspected;
  const [, name = option, value] = /^([a-z-]+)[=:](.*)$/s.exec(option) ?? [];
  const text = `HostConfig.SecurityOpt: ${option}`;
  switch (name) {
    case 'no-new-privileges':
      stating.state(item, text, { 'request.no-new-privileges': flag(option, value) });
      return;
    case 'seccomp':
      stating.state(item, text, { 'request.seccomp': seccompOf(inspected, value ?? '') });
      return;
    case 'apparmor':
      stating.state(item, text, { 'request.apparmor': value ?? '' });
      return;
    case 'disable':
    case 'label':
      stating.state(item, text, { 'request.selinux': labelOf(name === 'disable' ? 'disable' : (value ?? ''), labels) });
      return;
    case 'unmask':
      stating.state(item, text, {
        'request.system-paths-unmasked':
          value?.toLowerCase() === 'all' ? true : new Unknown(`unmask=${value}: some paths are shown`),
      });
      return;
    case 'systempaths':
      stating.state(item, text, { 'request.system-paths-unmasked': value === 'unconfined' });
      return;
    // docker 28: the cgroup mount is writable, as in a privileged container.
    case 'writable-cgroups': {
      const writable = flag(option, value);
      const cgroup =
        writable === true
          ? ({ type: 'cgroup', readonly: false, nosuid: true, nodev: true, noexec: true } as const)
          : undefined;
      if (writable !== false)
        stating.state(item, text, { 'mount./sys/fs/cgroup': cgroup ?? new Unknown(`${option} is not understood`) });
      return;
    }
    default:
      stating.report(
        'unknown-option',
        `security option \`${option.slice(0, 60)}\` of ${engine} is not understood`,
        'what it changes is not judged',
        item,
      );
  }
}

function flag(option: string, value: string | undefined): Value<boolean> {
  return parseBoolean(value ?? 'true') ?? new Unknown(`${option} is not understood`);
}

/** Docker keeps the text of the profile, podman its path. */
function seccompOf({ engine, path, options }: Inspected, value: string): Value<SeccompRequest> {
  if (value === 'unconfined') return { kind: 'unconfined' };
  if (value === 'builtin' || value === 'default') return { kind: 'builtin' };
  if (engine === 'docker') return seccompRequest(value, 'the profile in inspect');
  return seccompFileAt(value, path, options);
}

function labelOf(value: string, before: SelinuxLabel[]): 'disabled' | SelinuxLabel {
  const said = parseLabelOption(value);
  if (said === 'disabled') return said;
  if (said !== undefined) before.push(said);
  return Object.assign({}, ...before) as SelinuxLabel;
}
