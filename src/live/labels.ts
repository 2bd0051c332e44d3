import { type FactTypes, type SelinuxLabel, type Statement, Unknown, type Value } from '../posture/index.ts';
import { parseSelinuxLabel } from '../readers/selinux-label.ts';
import type { Files } from './files.ts';

/** Security modules of the kernel that is running: /sys/kernel/security/lsm (4.13), which needs securityfs. */
export function activeModules(files: Files): Value<readonly string[]> {
  const text = files.text('/sys/kernel/security/lsm');
  if (!(text instanceof Unknown))
    return text
      .trim()
      .split(',')
      .filter((name) => name !== '');
  return new Unknown(`${text.why}; mount securityfs at /sys/kernel/security to read the active security modules`);
}

/** Where the list cannot be read, each of the two that label containers still shows itself. */
export function isModuleActive(files: Files, name: 'apparmor' | 'selinux'): Value<boolean> {
  const modules = activeModules(files);
  if (!(modules instanceof Unknown)) return modules.includes(name);
  if (name === 'selinux')
    return (
      !(files.text('/sys/fs/selinux/enforce') instanceof Unknown) ||
      withoutFolder(files, '/sys/kernel/security', modules)
    );
  const enabled = files.text('/sys/module/apparmor/parameters/enabled');
  return enabled instanceof Unknown ? withoutFolder(files, '/sys/module', modules) : enabled.trim() === 'Y';
}

/** Sysfs is there and does not know it: it is not built in. */
function withoutFolder(files: Files, folder: string, why: Unknown): Value<boolean> {
  return files.list(folder) instanceof Unknown ? why : false;
}

/** Label of the process, from the module's own file (4.16, 5.8 for AppArmor) or the one that the first module answers. */
export function labelStatements(files: Files, pid: number): Statement[] {
  const apparmor = labelOf(files, pid, 'apparmor');
  const selinux = labelOf(files, pid, 'selinux');
  const statements: Statement[] = [];
  const add = (from: string, facts: Statement['facts']) =>
    statements.push({ phase: 'run', source: { kind: 'observed', from }, facts });
  add(apparmor.from, {
    'lsm.apparmor': apparmor.value instanceof Unknown ? apparmor.value : apparmorProfile(apparmor.value),
  });
  if (selinux.value !== '')
    add(selinux.from, {
      'lsm.selinux': selinux.value instanceof Unknown ? selinux.value : selinuxLabel(selinux.value),
    });
  return statements;
}

function labelOf(files: Files, pid: number, module: 'apparmor' | 'selinux'): { from: string; value: Value<string> } {
  const active = isModuleActive(files, module);
  if (active === false) return { from: '/sys/kernel/security/lsm', value: '' };
  const own = `/proc/${pid}/attr/${module}/current`;
  const label = files.text(own);
  if (!(label instanceof Unknown)) return { from: own, value: label };
  const from = `/proc/${pid}/attr/current`;
  const first = files.text(from);
  if (active instanceof Unknown) {
    // EINVAL: no module answers (security_getprocattr()).
    const nobody = first instanceof Unknown && 'code' in first && first.code === 'EINVAL';
    return { from, value: nobody ? '' : active };
  }
  return { from, value: first };
}

/** `NAME (MODE)`: a profile that only complains, or whose mode is unconfined, refuses nothing. */
export function apparmorProfile(text: string): FactTypes['lsm.apparmor'] {
  const [, name, mode] = /^(.*?)(?: \((\w+)\))?$/s.exec(text.replace(/[\0\n]+$/, '')) ?? [];
  if (name === undefined || name === '') return 'unconfined';
  return mode === 'complain' || mode === 'unconfined' ? 'unconfined' : name;
}

function selinuxLabel(text: string): SelinuxLabel {
  return parseSelinuxLabel(text.replace(/[\0\n]+$/, ''));
}
