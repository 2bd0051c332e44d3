import { compareKernelVersions, parseKernelVersion } from '../../kernel/index.ts';
import { factOf, type Statement, Unknown, type Value } from '../../posture/index.ts';
import { type Files, isMissing } from '../files.ts';
import type { HostView } from '../host-view.ts';
import { isHostNamespace } from '../namespaces.ts';
import { SYSCTLS, type SysctlKey } from './keys.data.ts';

export function sysctlStatements(files: Files, host: HostView, release: Value<string>): Statement[] {
  return SYSCTLS.map((key) => ({
    phase: 'host',
    source: { kind: 'observed', from: pathOf(key.name) },
    facts: factOf(`host.sysctl.${key.name}`, read(files, key, host, release)),
  }));
}

/** Names of two parts hold dashes and no dots, so that each dot is a slash. */
function pathOf(name: string): string {
  return `/proc/sys/${name.replaceAll('.', '/')}`;
}

function read(files: Files, key: SysctlKey, host: HostView, release: Value<string>): Value<string> {
  const { name, of } = key;
  if (of !== undefined) {
    const number = host.own[of];
    if (number instanceof Unknown) return number;
    if (isHostNamespace(of, number, host.namespaces) !== true)
      return new Unknown(`${name} is seen as that of this program's own ${of} namespace: run it in the host's`);
  }
  const text = files.text(pathOf(name));
  if (!(text instanceof Unknown)) return text.trim();
  // Without a procfs nothing is there, which tells nothing.
  if (!isMissing(text) || release instanceof Unknown) return text;
  return whereMissing(key, release) ?? text;
}

function whereMissing({ absent, before }: SysctlKey, release: string): string | undefined {
  const [kernel, since] = [parseKernelVersion(release), parseKernelVersion(before?.kernel ?? '')];
  if (before === undefined || since === undefined) return absent;
  if (kernel === undefined) return undefined;
  return compareKernelVersions(kernel, since) < 0 ? before.value : absent;
}
