import type { RootProbe } from '../../vectors/index.ts';
import type { Observation, Stage } from '../observation.ts';
import { credentialsOf } from './credentials.ts';
import { identityOf } from './identity.ts';
import { blocked, open, unknown } from './told.ts';

export async function observeRoot({ becomes, onHost }: RootProbe, stage: Stage): Promise<Observation> {
  const { uid, noNewPrivs, evidence } = await credentialsOf(stage);
  const [line = ''] = evidence;
  if (uid === undefined) return unknown('geteuid does not tell who it is', line);
  if (uid !== 0) return notRoot(becomes === true, noNewPrivs, uid, line);
  if (!onHost) return open(line);
  const { hostUid } = await identityOf(stage);
  if (hostUid === undefined) return unknown('which user of the host it is, is not told', line);
  const outside = `it is uid ${hostUid} to the files of the host`;
  return hostUid === 0 ? open(line, outside) : blocked('namespace-user', line, outside);
}

/** bprm_fill_uid(), fs/exec.c: a set-user-id program gives nothing under no_new_privs. */
function notRoot(becomes: boolean, noNewPrivs: boolean | undefined, uid: number, line: string): Observation {
  if (!becomes || noNewPrivs === true) return blocked('dac', line);
  return unknown(`uid ${uid} could become root by a set-user-id program, if the image has one`, line);
}
