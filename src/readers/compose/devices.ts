import { factOf, Unknown } from '../../posture/index.ts';
import { type DeviceWords, isCdiDevice, isDevice, parseDevice, parseDeviceRule } from '../device-syntax.ts';
import { type At, type Scene, valueAt } from './scene.ts';
import type { DeviceRequest, Leaf } from './schema.ts';

/** Devices of the host, rules of the device controller, graphics processors. */
export function devices(scene: Scene): void {
  const { service } = scene;
  for (const item of valueAt(service.devices) ?? []) {
    const at = scene.item('devices', item.node);
    const leaves = 'value' in item ? [item] : [item.source, item.target, item.permissions];
    device(scene, at, 'value' in item ? parseDevice(textOf(item) ?? '') : longDevice(leaves), unknownAmong(leaves));
  }
  for (const leaf of valueAt(service.device_cgroup_rules) ?? []) deviceRule(scene, leaf);
  const gpus = valueAt(service.gpus);
  if (gpus !== undefined) requestGpus(scene, scene.key('gpus'), gpus);
  const reserved = service.deploy?.value?.resources?.reservations?.devices;
  const requests = valueAt(reserved);
  if (reserved !== undefined && requests !== undefined && requests.length > 0) {
    requestGpus(scene, scene.member('deploy', 'deploy.resources.reservations.devices', reserved.node), requests);
  }
}

const textOf = (leaf: Leaf<string> | undefined): string | undefined =>
  leaf?.node.kind === 'scalar' ? leaf.node.text : undefined;
const unknownAmong = (leaves: readonly (Leaf<string> | undefined)[]): Unknown | undefined =>
  leaves.map((leaf) => leaf?.value).find((value) => value instanceof Unknown);

function longDevice(leaves: readonly (Leaf<string> | undefined)[]): DeviceWords {
  const [source = '', target = source, access = 'rwm'] = leaves.map(textOf);
  return { source, target, access };
}

function device(scene: Scene, at: At, words: DeviceWords, unknown: Unknown | undefined): void {
  const { source, target, access } = words;
  if (unknown !== undefined) {
    scene.state(at, factOf(`device.${target || '?'}`, unknown));
    return;
  }
  if (isCdiDevice(source)) {
    const why = `what the CDI device \`${source}\` adds is stated on the host, in /etc/cdi`;
    scene.state(at, factOf(`device.${source}`, new Unknown(why)));
    return;
  }
  if (!isDevice(words)) {
    const why = `device \`${source}:${target}:${access}\` is not understood`;
    scene.problem('device', why, 'write `SOURCE[:TARGET][:rwm]` with absolute paths', at.span);
    scene.state(at, factOf(`device.${target || '?'}`, new Unknown(why)));
    return;
  }
  scene.state(at, factOf(`device.${target}`, { type: 'unknown', hostPath: source, access }));
}

function deviceRule(scene: Scene, leaf: Leaf<string>): void {
  const at = scene.item('device_cgroup_rules', leaf.node);
  const text = textOf(leaf) ?? '';
  const key = `request.device-rule.${text}` as const;
  if (leaf.value instanceof Unknown) {
    scene.state(at, factOf(key, leaf.value));
    return;
  }
  const rule = parseDeviceRule(text);
  if (rule === undefined) {
    const why = `device rule \`${text}\` is not understood`;
    scene.problem('device-rule', why, 'write it as `c 1:3 rwm`', leaf.node);
    scene.state(at, factOf(key, new Unknown(why)));
    return;
  }
  scene.state(at, factOf(key, rule));
}

function requestGpus(scene: Scene, at: At, value: Leaf<string> | readonly DeviceRequest[]): void {
  if ('value' in value) {
    scene.state(at, factOf('request.gpus', value.value));
    return;
  }
  const leaves = value.flatMap((request) => [
    request.count,
    ...(request.device_ids ?? []),
    ...(request.capabilities ?? []),
  ]);
  const unknown = unknownAmong(leaves);
  // Without count and ids all are meant (compose-go transform/devices.go).
  const wanted = value.map(({ count, device_ids }) => device_ids?.map(textOf).join(',') ?? textOf(count) ?? 'all');
  scene.state(at, factOf('request.gpus', unknown ?? wanted.join(',')));
}
