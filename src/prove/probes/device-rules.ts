import { deviceController, Groups, parseDeviceList, parseMembership } from '../../live/cgroup.ts';
import { readDeviceFilter } from '../../live/device-filter.ts';
import { parseMountinfo } from '../../live/mountinfo.ts';
import { type DeviceRule, Unknown, type Value } from '../../posture/index.ts';
import type { Stage } from '../observation.ts';
import { readText } from './file-calls.ts';
import { perStage } from './per-stage.ts';

/** What the device controller lets the sandbox do, read from outside. */
export interface DeviceRules {
  readonly from: string;
  readonly rules: Value<readonly DeviceRule[]>;
}

export const deviceRulesOf = perStage(async ({ host, pid }: Stage): Promise<DeviceRules> => {
  const looking = host.guarded(['looks']);
  if (pid === undefined) return { from: 'nowhere', rules: new Unknown('its process is not seen from outside') };
  const from = `/proc/${pid}/cgroup`;
  const [membership, mounts] = [await readText(looking, from), await readText(looking, '/proc/self/mountinfo')];
  if (!('text' in membership) || !('text' in mounts)) return { from, rules: new Unknown(`${from} cannot be read`) };
  const groups = new Groups(parseMembership(membership.text), parseMountinfo(mounts.text));
  const controller = deviceController(groups);
  if (controller instanceof Unknown) return { from, rules: controller };
  if (controller.version === 2) {
    return {
      from: `bpf(BPF_PROG_QUERY, ${controller.folder})`,
      rules: await readDeviceFilter(controller.folder, async () => host),
    };
  }
  const list = await readText(looking, `${controller.folder}/devices.list`);
  const rules =
    'text' in list ? parseDeviceList(list.text) : new Unknown(`${controller.folder}/devices.list: ${list.errno}`);
  return { from: `${controller.folder}/devices.list`, rules };
});
