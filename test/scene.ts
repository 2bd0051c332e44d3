/** Artifacts written to a folder of their own and judged as `cofferdam check` judges them: what tests across rooms stand on. */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { checkTargets, type ResultDocument } from '../src/check/index.ts';
import { bareSession } from '../src/check/testing/session.ts';
import { type Files, inFolder } from './files.ts';

export interface Scene {
  /** Text by path; a directory is made for each folder named. */
  readonly files?: Files;
  /** Instead of the folder as a whole: `docker-run:docker run …`. */
  readonly target?: string;
  readonly engine?: string;
  /** Text of a host profile. */
  readonly host?: string;
}

export async function judgeScene(scene: Scene): Promise<ResultDocument> {
  const beside = scene.host === undefined ? {} : { 'beside/host.yaml': scene.host };
  const inside = Object.fromEntries(Object.entries(scene.files ?? {}).map(([path, text]) => [`tree/${path}`, text]));
  return inFolder({ ...beside, ...inside }, (folder) => {
    const cwd = join(folder, 'tree');
    mkdirSync(cwd, { recursive: true });
    return checkTargets(
      [scene.target ?? '.'],
      bareSession(cwd, {
        engines: scene.engine === undefined ? [] : [scene.engine],
        host: scene.host === undefined ? undefined : join(folder, 'beside/host.yaml'),
      }),
    );
  });
}

/** The verdict of a vector on the object of that name; `not-applicable` where it has no meaning there. */
export function verdictOf(result: ResultDocument, name: string, vector: string): string {
  const target = result.targets.find((one) => one.name === name);
  if (target === undefined)
    throw new Error(`no object ${name} among ${result.targets.map((one) => one.name).join(', ')}`);
  return target.findings.find((finding) => finding.vector === vector)?.verdict ?? 'not-applicable';
}
