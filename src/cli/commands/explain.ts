import { ownVectorsOf, vectorsOf } from '../../check/index.ts';
import { CofferdamError } from '../../posture/index.ts';
import { renderVector } from '../../report/catalogue.ts';
import { renderFinding } from '../../report/finding.ts';
import { EXIT } from '../exit.ts';
import type { Terminal } from '../terminal.ts';
import { type CheckFlags, isProving, judged, sessionOptions } from './check.ts';
import { explainPastCommand, isAdvisory } from './past.ts';
import { noteProblems } from './test-vectors.ts';

/** A vector in full; with targets, each finding of it (or the one finding with that id) with its tree. */
export async function explainCommand(
  id: string,
  targets: readonly string[],
  flags: Partial<CheckFlags>,
  terminal: Terminal,
): Promise<number> {
  if (isAdvisory(id)) return explainPastCommand(id, targets, flags, terminal);
  const options = sessionOptions(targets, flags);
  const appearance = { width: terminal.width, color: terminal.color };
  if (targets.length === 0) {
    noteProblems((await ownVectorsOf(options.config)).problems, terminal);
    const vector = (await vectorsOf(options.config)).find((one) => one.id === id || one.aliases?.includes(id));
    if (vector === undefined)
      throw new CofferdamError(
        'unknown-vector',
        `there is no vector \`${id}\``,
        `cofferdam vectors --search ${id} looks for one; a finding's id needs its targets behind it`,
      );
    terminal.result(renderVector(vector, appearance));
    return EXIT.done;
  }
  const result = await judged(targets, options, flags, isProving(targets, flags));
  const found = result.targets.flatMap((target) =>
    target.findings
      .filter((finding) => finding.id === id || finding.vector === id)
      .map((finding) => renderFinding(finding, target, appearance)),
  );
  if (found.length === 0)
    throw new CofferdamError(
      'unknown-finding',
      `no finding \`${id}\` on ${targets.join(', ')}`,
      'the JSON report lists the ids of findings',
    );
  terminal.result(found.join('\n'));
  return EXIT.done;
}
