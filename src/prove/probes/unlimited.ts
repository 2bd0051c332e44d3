import { Groups, limitStatements, oomStatement, parseMembership } from '../../live/cgroup.ts';
import { parseMountinfo } from '../../live/mountinfo.ts';
import { type Statement, Unknown } from '../../posture/index.ts';
import type { UnlimitedProbe } from '../../vectors/index.ts';
import type { Observation, Stage } from '../observation.ts';
import { readText } from './file-calls.ts';
import { perStage } from './per-stage.ts';
import { blocked, open, unknown } from './told.ts';

/** The files of the sandbox's control groups, read from outside: nothing has to be used up to find where the end is. */
const limitsOf = perStage(async ({ host, pid, files }: Stage): Promise<readonly Statement[] | undefined> => {
  if (pid === undefined) return undefined;
  const looking = host.guarded(['looks']);
  const membership = await readText(looking, `/proc/${pid}/cgroup`);
  const mounts = await readText(looking, '/proc/self/mountinfo');
  if (!('text' in membership) || !('text' in mounts)) return undefined;
  const groups = new Groups(parseMembership(membership.text), parseMountinfo(mounts.text));
  const oom = oomStatement(files, groups);
  return [...limitStatements(files, groups), ...(oom === undefined ? [] : [oom])];
});

export async function observeUnlimited({ what }: UnlimitedProbe, stage: Stage): Promise<Observation> {
  const statements = await limitsOf(stage);
  if (statements === undefined) return unknown('its control groups are not seen from outside');
  const key = what === 'oom-killer' ? 'oom-kill-disabled' : `limit.${what}`;
  const statement = statements.find(({ facts }) => key in facts);
  if (statement === undefined) return unknown(`no hierarchy tells of ${what}`);
  const value = (statement.facts as Readonly<Record<string, unknown>>)[key];
  if (value instanceof Unknown) return unknown(value.why);
  const from = statement.source.kind === 'observed' ? statement.source.from : '';
  const evidence = `${from}: ${what} is ${value}`;
  const free = what === 'oom-killer' ? value === true : value === 'none';
  return free ? open(evidence) : blocked('cgroup-limit', evidence);
}
