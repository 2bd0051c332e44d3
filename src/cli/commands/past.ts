import { CofferdamError } from '../../posture/index.ts';
import { EXIT } from '../exit.ts';
import { pastFor, withPast } from '../past.ts';
import type { Terminal } from '../terminal.ts';
import { type CheckFlags, isProving, judged, sessionOptions } from './check.ts';
import { noteProblems } from './test-vectors.ts';

/** Ids of advisories begin in capitals; those of vectors and findings never do. */
export const isAdvisory = (id: string): boolean => /^[A-Z][A-Za-z0-9]*-/.test(id);

/** A past vulnerability in full; with targets, its verdict on each with its tree. */
export async function explainPastCommand(
  id: string,
  targets: readonly string[],
  flags: Partial<CheckFlags>,
  terminal: Terminal,
): Promise<number> {
  const options = sessionOptions(targets, flags);
  const appearance = { width: terminal.width, color: terminal.color };
  const { entries, problems } = await pastFor(options);
  noteProblems(problems, terminal);
  const entry = entries.find((one) => one.id === id);
  if (entry === undefined)
    throw new CofferdamError(
      'unknown-past',
      `there is no record of \`${id}\``,
      'only flaws that bear on the isolation of containers are kept; docs/past.md says how to add one',
    );
  const { renderPastEntry, renderPastFinding } = await import('../../report/past.ts');
  if (targets.length === 0) {
    terminal.result(renderPastEntry(entry, appearance));
    return EXIT.done;
  }
  const result = await judged(targets, await withPast(options), flags, isProving(targets, flags));
  const found = result.targets.flatMap((target) =>
    (target.past?.entries ?? [])
      .filter((finding) => finding.id === id)
      .map((finding) => renderPastFinding(finding, target, appearance)),
  );
  if (found.length === 0)
    throw new CofferdamError(
      'unknown-past',
      `no Linux container on ${targets.join(', ')} to judge \`${id}\` on`,
      'name a file that describes one',
    );
  terminal.result(found.join('\n'));
  return EXIT.done;
}
