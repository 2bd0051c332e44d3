import { type Device, type DeviceRule, factOf, Unknown, type Value } from '../../posture/index.ts';
import { boolean, integer, type MapNode, type Node, natural, text as word } from '../document/index.ts';
import { cleanPath } from '../paths.ts';
import { entryOf, itemsOf, type Stating, siteOf } from '../stating.ts';

/** `linux.devices` (the nodes) and `linux.resources.devices` (what the device cgroup lets through). */
export function stateDevices(stating: Stating, linux: MapNode | undefined): void {
  const rules = stateRules(stating, linux);
  // In a user namespace nodes cannot be made: those of the host are bound (libcontainer/rootfs_linux.go, createDeviceNode).
  const namespaces = itemsOf(linux && entryOf(linux, 'namespaces')?.value, stating) ?? [];
  const made = !namespaces.some((item) => textOf(item) === 'user');
  for (const item of itemsOf(linux && entryOf(linux, 'devices')?.value, stating) ?? [])
    stateDevice(stating, item, rules, made);
}

function textOf(namespace: Node): string | undefined {
  const type = entryOf(namespace, 'type')?.value;
  return type?.kind === 'scalar' ? type.text : undefined;
}

/** runc's device filter begins with "refuse everything" (cgroups/devices, `deviceFilter`: an emulator in its zero state). */
const REFUSE_ALL: DeviceRule = { allow: false, type: 'a', access: 'rwm' };

const allow = (type: 'b' | 'c', access: string, major?: number, minor?: number): DeviceRule => ({
  allow: true,
  type,
  ...(major === undefined ? {} : { major }),
  ...(minor === undefined ? {} : { minor }),
  access,
});

/**
 * runc appends these to whatever the file says, so that they cannot be refused (libcontainer/specconv/spec_linux.go `AllowedDevices`):
 * mknod of every device; null, random, full, tty, zero, urandom, the pseudo-terminals; /dev/net/tun (not in 1.2.0 to 1.2.3).
 */
const ALWAYS_ALLOWED: readonly DeviceRule[] = [
  allow('c', 'm'),
  allow('b', 'm'),
  allow('c', 'rwm', 1, 3),
  allow('c', 'rwm', 1, 8),
  allow('c', 'rwm', 1, 7),
  allow('c', 'rwm', 5, 0),
  allow('c', 'rwm', 1, 5),
  allow('c', 'rwm', 1, 9),
  allow('c', 'rwm', 136),
  allow('c', 'rwm', 5, 2),
  allow('c', 'rwm', 10, 200),
];

function stateRules(stating: Stating, linux: MapNode | undefined): readonly DeviceRule[] {
  const entry = linux && entryOf(linux, 'resources', 'devices');
  const found = (itemsOf(entry?.value, stating) ?? []).map((item) => readRule(stating, item));
  const known = found.filter((rule): rule is DeviceRule => !(rule instanceof Unknown));
  const unknown = found.find((rule) => rule instanceof Unknown);
  const rules = [REFUSE_ALL, ...known, ...ALWAYS_ALLOWED];
  if (entry === undefined)
    stating.absent('runc', 'libcontainer/specconv/spec_linux.go AllowedDevices', { 'device-rules': rules });
  else
    stating.state(siteOf(entry), `linux.resources.devices: ${found.length} rules`, {
      'device-rules': unknown ?? rules,
    });
  // What cannot be read may let everything through.
  return unknown === undefined ? rules : [{ allow: true, type: 'a', access: 'rwm' }];
}

function readRule(stating: Stating, item: Node): Value<DeviceRule> {
  const read = (key: string, schema: typeof integer) => {
    const node = entryOf(item, key)?.value;
    return node === undefined ? undefined : stating.read(schema, node);
  };
  const allowNode = entryOf(item, 'allow')?.value;
  const accessNode = entryOf(item, 'access')?.value;
  const typeNode = entryOf(item, 'type')?.value;
  const allowed = allowNode === undefined ? false : stating.read(boolean, allowNode);
  // runc refuses a rule without access; the specification reads it as all.
  const access = accessNode === undefined ? 'rwm' : stating.read(word, accessNode);
  const type = typeNode === undefined ? 'a' : stating.read(word, typeNode);
  const [major, minor] = [read('major', integer), read('minor', integer)];
  const wrong =
    typeof allowed !== 'boolean' || typeof access !== 'string' || major instanceof Unknown || minor instanceof Unknown;
  if (item.kind !== 'map' || wrong || (type !== 'a' && type !== 'b' && type !== 'c')) {
    stating.report(
      'device-rule',
      'this device rule cannot be read',
      'write allow, type (a, b or c), major, minor and access (of rwm)',
      item,
    );
    return new Unknown('a device rule cannot be read');
  }
  return { allow: allowed, type, ...numbered('major', major), ...numbered('minor', minor), access };
}

/** A negative number is a wildcard. */
function numbered<K extends 'major' | 'minor'>(key: K, value: number | undefined): { readonly [P in K]?: number } {
  return (value === undefined || value < 0 ? {} : { [key]: value }) as { readonly [P in K]?: number };
}

function stateDevice(stating: Stating, item: Node, rules: readonly DeviceRule[], own: boolean): void {
  const path = entryOf(item, 'path')?.value;
  const type = entryOf(item, 'type')?.value;
  if (path?.kind !== 'scalar' || type?.kind !== 'scalar') {
    stating.report('wrong-type', 'a device needs `path` and `type`', 'write both', item);
    return;
  }
  // A fifo is no device of the kernel.
  if (type.text === 'p') return;
  const [major, minor] = ['major', 'minor'].map((key) => {
    const node = entryOf(item, key)?.value;
    return node === undefined ? undefined : stating.read(natural, node);
  });
  const kind = type.text === 'b' ? 'b' : type.text === 'c' || type.text === 'u' ? 'c' : 'unknown';
  const known = typeof major === 'number' && typeof minor === 'number' ? { major, minor } : {};
  const made = { ...known, ...(own && { mode: modeOf(stating, item) }) };
  const device: Device = { type: kind, ...made, hostPath: cleanPath(path.text), access: accessOf(rules, kind, known) };
  const text = `linux.devices: ${device.hostPath} (${type.text} ${String(known.major ?? '?')}:${String(known.minor ?? '?')})`;
  stating.state(path, text, factOf(`device.${cleanPath(path.text)}`, device));
}

/** libcontainer/specconv/spec_linux.go, createDevices: what is not said is for everybody. */
const UNSAID_MODE = 0o666;

function modeOf(stating: Stating, item: Node): number {
  const node = entryOf(item, 'fileMode')?.value;
  const mode = node === undefined ? UNSAID_MODE : stating.read(natural, node);
  return typeof mode === 'number' ? mode & 0o777 : UNSAID_MODE;
}

/** The letters that the rules let through: for each, the last rule that matches. */
function accessOf(
  rules: readonly DeviceRule[],
  type: Device['type'],
  number: { major?: number; minor?: number },
): string {
  if (type === 'unknown' || number.major === undefined) return 'rwm';
  const matches = (rule: DeviceRule): boolean =>
    (rule.type === 'a' || rule.type === type) &&
    (rule.major === undefined || rule.major === number.major) &&
    (rule.minor === undefined || rule.minor === number.minor);
  return [...'rwm']
    .filter((letter) => rules.findLast((rule) => rule.access.includes(letter) && matches(rule))?.allow)
    .join('');
}
