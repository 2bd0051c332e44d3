import { type Files, Unread } from '../../live/index.ts';
import { Unknown } from '../../posture/index.ts';
import type { SaysProbe } from '../../vectors/index.ts';
import type { Observation, Stage } from '../observation.ts';
import { readText } from './file-calls.ts';
import { blocked, open, unknown } from './told.ts';

export async function observeSays(probe: SaysProbe, stage: Stage): Promise<Observation> {
  const path = pathOf(probe, stage);
  if (path === undefined) return unknown('the process of the sandbox is not seen from outside');
  const read = probe.outside ? readOutside(stage.files, path) : await readText(stage.sandbox.guarded(['looks']), path);
  const where = probe.outside ? 'outside' : 'inside';
  if ('errno' in read) {
    const evidence = `${path} ${where}: ${read.errno}`;
    if (read.errno !== 'ENOENT' || probe.absent === undefined) return unknown(`${path} is not readable`, evidence);
    return probe.absent === 'open' ? open(evidence) : blocked(probe.mechanism, evidence);
  }
  // What a file of the machine says is no business of a report beyond whether it matches: secrets of others may be in it.
  const says = new RegExp(probe.matches, 'm').test(read.text);
  const evidence = `${path} ${where} ${says ? 'matches' : 'does not match'} /${probe.matches}/`;
  return says ? open(evidence) : blocked(probe.mechanism, evidence);
}

function pathOf({ path, outside }: SaysProbe, { pid }: Stage): string | undefined {
  if (!outside || !path.includes('{pid}')) return path;
  return pid === undefined ? undefined : path.replace('{pid}', String(pid));
}

function readOutside(files: Files, path: string): { readonly text: string } | { readonly errno: string } {
  const text = files.text(path);
  if (!(text instanceof Unknown)) return { text };
  return { errno: text instanceof Unread ? text.code : 'EIO' };
}
