import type { GroupProbe } from '../../vectors/index.ts';
import type { Observation, Stage } from '../observation.ts';
import { readText } from './file-calls.ts';
import { identityOf } from './identity.ts';
import { blocked, open, unknown } from './told.ts';

/** in_group_p(), kernel/groups.c: by number, as the host's files have it. */
export async function observeGroup({ names }: GroupProbe, stage: Stage): Promise<Observation> {
  const { hostGroups } = await identityOf(stage);
  if (hostGroups === undefined) return unknown('its groups are not seen from outside');
  const file = await readText(stage.host.guarded(['looks']), '/etc/group');
  if (!('text' in file)) return unknown(`/etc/group of the host: ${file.errno}`);
  const numbers = new Map<number, string>();
  for (const line of file.text.split('\n')) {
    const [name = '', , number] = line.split(':');
    if (names.includes(name) && number !== undefined) numbers.set(Number(number), name);
  }
  const evidence = `its groups, to the host: ${hostGroups.join(' ')}`;
  const found = hostGroups.find((group) => numbers.has(group));
  return found === undefined
    ? blocked('dac', evidence)
    : open(evidence, `${found} is ${numbers.get(found)} on the host`);
}
