import { type FactTypes, factOf, type Statement, Unknown, type Value } from '../../posture/index.ts';
import { type Files, isMissing } from '../files.ts';
import { parseGroups } from '../identity.ts';
import { parseMountinfo, visibleMounts } from '../mountinfo.ts';
import { parseCmdline } from './kernel.ts';
import { FILE_MODES } from './keys.data.ts';

type HostFact = FactTypes[`host.fact.${string}`];

/** A fact of the machine that one place tells. undefined: the place tells nothing, and nothing is stated. */
interface MachineFact {
  readonly name: string;
  readonly from: string;
  readonly read: (files: Files) => Value<HostFact> | undefined;
}

/** Whether there is something, by its being there. */
function exists(path: string) {
  return (files: Files): Value<boolean> => {
    const stat = files.stat(path);
    return stat instanceof Unknown ? (isMissing(stat) ? false : stat) : true;
  };
}

function someEntry(folder: string, pattern: RegExp) {
  return (files: Files): Value<boolean> => {
    const names = files.list(folder);
    if (names instanceof Unknown) return isMissing(names) ? false : names;
    return names.some((name) => pattern.test(name));
  };
}

const FACTS: readonly MachineFact[] = [
  {
    name: 'mounts',
    from: '/proc/1/mountinfo',
    read: (files) => {
      const text = files.text('/proc/1/mountinfo');
      return text instanceof Unknown
        ? undefined
        : visibleMounts(parseMountinfo(text)).map(({ type, point }) => `${type} ${point}`);
    },
  },
  {
    name: 'groups',
    from: '/etc/group',
    read: (files) => {
      const text = files.text('/etc/group');
      return text instanceof Unknown ? undefined : parseGroups(text).map(({ name, gid }) => `${name}:${gid}`);
    },
  },
  {
    name: 'cpus',
    from: '/proc/self/status: Cpus_allowed_list',
    read: (files) => {
      const text = files.text('/proc/self/status');
      return text instanceof Unknown ? undefined : countProcessors(text);
    },
  },
  {
    name: 'smt-active',
    from: '/sys/devices/system/cpu/smt/active',
    read: (files) => {
      const text = files.text('/sys/devices/system/cpu/smt/active');
      return text instanceof Unknown ? undefined : text.trim() === '1';
    },
  },
  { name: 'rapl', from: '/sys/class/powercap', read: someEntry('/sys/class/powercap', /^intel-rapl/) },
  { name: 'thermal-zones', from: '/sys/class/thermal', read: someEntry('/sys/class/thermal', /^thermal_zone/) },
  {
    name: 'cpufreq',
    from: '/sys/devices/system/cpu/cpu0/cpufreq',
    read: exists('/sys/devices/system/cpu/cpu0/cpufreq'),
  },
  { name: 'efi', from: '/sys/firmware/efi', read: exists('/sys/firmware/efi') },
  {
    name: 'ksm-run',
    from: '/sys/kernel/mm/ksm/run',
    read: (files) => {
      const text = files.text('/sys/kernel/mm/ksm/run');
      if (text instanceof Unknown) return isMissing(text) ? 0 : text;
      return Number(text);
    },
  },
  {
    // The parameter switches auditing off for good; without it, whether it is on is not in any file.
    name: 'audit-enabled',
    from: '/proc/cmdline',
    read: (files) => {
      const text = files.text('/proc/cmdline');
      return !(text instanceof Unknown) && parseCmdline(text).get('audit') === '0' ? false : undefined;
    },
  },
  {
    name: 'docker-group-members',
    from: '/etc/group',
    read: (files) => {
      const text = files.text('/etc/group');
      if (text instanceof Unknown) return undefined;
      return parseGroups(text).find((group) => group.name === 'docker')?.members ?? [];
    },
  },
];

/** `Cpus_allowed_list:\t0-1,4`: what sched_getaffinity(2) gives. */
function countProcessors(status: string): number | undefined {
  const list = /^Cpus_allowed_list:\s*(\S+)$/m.exec(status)?.[1];
  return list?.split(',').reduce((count, range) => {
    const [first = 0, last = first] = range.split('-').map(Number);
    return count + last - first + 1;
  }, 0);
}

/** Only sysfs that is there can tell that something is not. */
export function machineStatements(files: Files): Statement[] {
  const sysfs = !(files.list('/sys/class') instanceof Unknown);
  const facts = FACTS.filter(({ from }) => sysfs || !from.startsWith('/sys/')).flatMap(
    ({ name, from, read }): Statement[] => {
      const value = read(files);
      return value === undefined
        ? []
        : [{ phase: 'host', source: { kind: 'observed', from }, facts: factOf(`host.fact.${name}`, value) }];
    },
  );
  return [...facts, ...FILE_MODES.map((path) => modeStatement(files, path))];
}

function modeStatement(files: Files, path: string): Statement {
  const stat = files.stat(path);
  const mode = stat instanceof Unknown ? (isMissing(stat) ? 'absent' : stat) : stat.mode.toString(8);
  return { phase: 'host', source: { kind: 'observed', from: path }, facts: factOf(`host.file-mode.${path}`, mode) };
}
