import { factOf } from '../../posture/index.ts';
import { parseDeviceRule } from '../device-syntax.ts';
import { type Node, text as word } from '../document/index.ts';
import { cleanPath } from '../paths.ts';
import { entryOf, type Stating } from '../stating.ts';

/** `{ PathOnHost, PathInContainer, CgroupPermissions }` */
export function stateDevice(stating: Stating, item: Node): void {
  const [outside, inside, access] = ['PathOnHost', 'PathInContainer', 'CgroupPermissions'].map(
    (key) => entryOf(item, key)?.value,
  );
  if (outside?.kind !== 'scalar' || inside?.kind !== 'scalar') return;
  const letters = access?.kind === 'scalar' && access.text !== '' ? access.text : 'rwm';
  const device = { type: 'unknown', hostPath: cleanPath(outside.text), access: letters } as const;
  stating.state(
    outside,
    `HostConfig.Devices: ${outside.text}:${inside.text}:${letters}`,
    factOf(`device.${cleanPath(inside.text)}`, device),
  );
}

/** `--device-cgroup-rule` as it was written. */
export function stateDeviceRule(stating: Stating, item: Node): void {
  const written = stating.read(word, item);
  const rule = typeof written === 'string' ? parseDeviceRule(written) : undefined;
  if (rule !== undefined)
    stating.state(item, `HostConfig.DeviceCgroupRules: ${written}`, factOf(`request.device-rule.${written}`, rule));
}
