import { factOf, type Statement, Unknown } from '../posture/index.ts';
import type { Files } from './files.ts';
import { parseStat } from './status.ts';

/** Command line, folder, terminal and environment: the source names the file, never a value. */
export function environmentStatements(files: Files, pid: number): Statement[] {
  const observed = (name: string, facts: Statement['facts']): Statement => ({
    phase: 'run',
    source: { kind: 'observed', from: `/proc/${pid}/${name}` },
    facts,
  });
  const environ = files.text(`/proc/${pid}/environ`);
  const cmdline = files.text(`/proc/${pid}/cmdline`);
  const stat = files.text(`/proc/${pid}/stat`);
  const score = files.text(`/proc/${pid}/oom_score_adj`);
  const terminal = stat instanceof Unknown ? undefined : parseStat(stat)?.terminal;
  return [
    observed('environ', environ instanceof Unknown ? factOf('env.(all)', environ) : variables(environ)),
    observed('cmdline', { 'process.argv': cmdline instanceof Unknown ? cmdline : words(cmdline) }),
    observed('cwd', { 'process.cwd': files.link(`/proc/${pid}/cwd`) }),
    observed('oom_score_adj', { 'process.oom-score-adj': score instanceof Unknown ? score : Number(score) }),
    ...(terminal === undefined ? [] : [observed('stat', { 'process.terminal': terminal !== 0 })]),
  ];
}

function variables(text: string): Statement['facts'] {
  const facts = words(text).flatMap((variable) => {
    const at = variable.indexOf('=');
    return at > 0 ? [factOf(`env.${variable.slice(0, at)}`, variable.slice(at + 1))] : [];
  });
  return Object.assign({}, ...facts) as Statement['facts'];
}

/** Words that end with a NUL each; programs that write over their arguments leave other ends. */
export function words(text: string): string[] {
  return text
    .replace(/\0+$/, '')
    .split('\0')
    .filter((word, _, all) => all.length > 1 || word !== '');
}
