import type { PathsOptions } from '../../paths/index.ts';
import { CofferdamError } from '../../posture/index.ts';
import { EXIT } from '../exit.ts';
import { write } from '../output.ts';
import type { Terminal } from '../terminal.ts';
import { appearance, type CheckFlags, sessionOptions } from './check.ts';

export interface PathsFlags extends Partial<Omit<CheckFlags, 'format'>> {
  readonly from: readonly string[];
  readonly to: readonly string[];
  readonly count: string;
  readonly whatIf: readonly string[];
  readonly format: 'text' | 'json' | 'dot' | 'mermaid' | 'csv' | 'html';
  readonly seconds: string;
}

/** `paths`: what an attacker reaches from where, on which ways, and the least that stops him. */
export async function pathsCommand(given: readonly string[], flags: PathsFlags, terminal: Terminal): Promise<number> {
  const targets = given.length === 0 ? ['.'] : given;
  const { format, ...common } = flags;
  const session = sessionOptions(targets, common);
  const { answerOn } = await import('../../paths/index.ts');
  const { judgeRun } = await import('../../paths/judge.ts');
  const run = await judgeRun(targets, session);
  const answer = await answerOn(run, optionsOf(flags), session.config.declarations);
  const { document } = answer;
  if (document.size.containers === 0 && document.errors.length > 0) explain(document.errors[0]);
  switch (format) {
    case 'json':
      write([`${JSON.stringify(document, null, 2)}\n`], flags.output, terminal);
      break;
    case 'text':
      write(
        [(await import('../../report/paths.ts')).renderPathsText(document, appearance(flags, terminal))],
        flags.output,
        terminal,
      );
      break;
    case 'html': {
      const { renderPathsHtml } = await import('../../report/paths-html.ts');
      const { systemOf } = await import('../../threats/index.ts');
      const system = systemOf(run.objects.map(({ object }) => object));
      write([await renderPathsHtml(answer, system)], flags.output, terminal);
      break;
    }
    default: {
      const { pathsCsv, pathsDot, pathsMermaid } = await import('../../report/paths-graph.ts');
      const render = { dot: pathsDot, mermaid: pathsMermaid, csv: pathsCsv }[format];
      write(render(answer), flags.output, terminal);
    }
  }
  return flags.strict === true && document.errors.length > 0 ? EXIT.failed : EXIT.done;
}

function optionsOf(flags: PathsFlags): PathsOptions {
  return {
    from: flags.from,
    to: flags.to,
    whatIf: flags.whatIf,
    count: numberFrom('-k', flags.count, 1000),
    milliseconds: numberFrom('--seconds', flags.seconds, 3600) * 1000,
  };
}

function numberFrom(flag: string, text: string, most: number): number {
  const number = Number(text);
  if (Number.isInteger(number) && number >= 1 && number <= most) return number;
  throw new CofferdamError('usage', `${flag} \`${text}\` is not a number from 1 to ${most}`, `write ${flag} 3`);
}

function explain(
  problem:
    | {
        readonly path: string;
        readonly line?: number;
        readonly code: string;
        readonly message: string;
        readonly hint: string;
      }
    | undefined,
): void {
  if (problem === undefined) return;
  const { path, line, code, message, hint } = problem;
  throw new CofferdamError(code, message, hint, { path, ...(line !== undefined && { line }) });
}
