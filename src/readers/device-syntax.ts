import type { DeviceRule } from '../posture/index.ts';

export interface DeviceWords {
  readonly source: string;
  readonly target: string;
  readonly access: string;
}

const ACCESS = /^[rwm]{1,3}$/;

/** docker/cli opts.go `parseLinuxDevice`: SOURCE[:TARGET][:ACCESS], where the second part may be the access already. */
export function parseDevice(text: string): DeviceWords {
  const [source = '', second, third] = text.split(':');
  if (second !== undefined && third === undefined && ACCESS.test(second))
    return { source, target: source, access: second };
  return { source, target: second || source, access: third ?? 'rwm' };
}

export function isDevice({ source, target, access }: DeviceWords): boolean {
  return source.startsWith('/') && target.startsWith('/') && ACCESS.test(access);
}

const CDI = /^[A-Za-z0-9][\w.-]*\/[\w.-]+=[\w.:-]+$/;

/** A device of the Container Device Interface: VENDOR/CLASS=NAME. */
export function isCdiDevice(name: string): boolean {
  return CDI.test(name);
}

/** moby daemon/oci_linux.go `deviceCgroupRuleRegex`. */
const RULE = /^([acb]) (\d{1,10}|\*):(\d{1,10}|\*) ([rwm]{1,3})$/;

/** `c 1:3 rwm`, as `--device-cgroup-rule` takes it. */
export function parseDeviceRule(text: string): DeviceRule | undefined {
  const [, type, major, minor, access] = RULE.exec(text) ?? [];
  if (access === undefined) return undefined;
  return {
    allow: true,
    type: type as DeviceRule['type'],
    ...(major !== '*' && { major: Number(major) }),
    ...(minor !== '*' && { minor: Number(minor) }),
    access,
  };
}
