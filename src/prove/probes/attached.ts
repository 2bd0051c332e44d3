import { networkStatement } from '../../live/network.ts';
import { Unknown } from '../../posture/index.ts';
import type { AttachedProbe } from '../../vectors/index.ts';
import type { Observation, Stage } from '../observation.ts';
import { linksOf, namespaceLinks } from './namespace-links.ts';
import { blocked, open, unknown } from './told.ts';

export async function observeAttached({ modes }: AttachedProbe, stage: Stage): Promise<Observation> {
  const { pid, files } = stage;
  if (pid === undefined) return unknown('its links are not seen from outside');
  const [own, hosts] = [await namespaceLinks(stage), linksOf(files, 'self')];
  const { facts, source } = networkStatement(files, pid, own.net !== undefined && own.net === hosts.net);
  const mode = facts['network.mode'];
  const from = source.kind === 'observed' ? source.from : '';
  if (mode === undefined || mode instanceof Unknown) return unknown(mode?.why ?? 'its links are not told', from);
  const evidence = `${from}: attached as ${mode}`;
  return modes.includes(String(mode)) ? open(evidence) : blocked('namespace-net', evidence);
}
