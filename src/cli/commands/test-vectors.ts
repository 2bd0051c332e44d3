import { loadConfig, ownVectorsOf, testVectors, type VectorTest, withVectors } from '../../check/index.ts';
import type { CofferdamError } from '../../posture/index.ts';
import { escapeForeign } from '../../report/escape.ts';
import { EXIT } from '../exit.ts';
import type { Terminal } from '../terminal.ts';
import { workingFolder } from '../working-folder.ts';

/** `vectors --test`: the examples of the user's own vectors, with the explanation tree of each that comes out otherwise. */
export async function testVectorsCommand(
  flags: { readonly config?: string; readonly vectors?: readonly string[] },
  terminal: Terminal,
): Promise<number> {
  const cwd = workingFolder();
  const { vectors, problems } = await ownVectorsOf(
    withVectors(loadConfig(flags.config, ['.'], cwd), flags.vectors ?? [], cwd),
  );
  const tests = await testVectors(vectors);
  terminal.result(tests.map(testText).join('') + summary(tests));
  noteProblems(problems, terminal);
  if (problems.length > 0) return EXIT.failed;
  return tests.some((test) => test.failures.length > 0) ? EXIT.findings : EXIT.done;
}

function testText(test: VectorTest): string {
  const failures = test.failures.map(({ example, what, because }) =>
    [`  ${example}`, `    ${what}`, ...because.map((line) => `    ${line}`)]
      .map((line) => `${escapeForeign(line)}\n`)
      .join(''),
  );
  const mark = test.failures.length === 0 ? 'ok  ' : 'FAIL';
  return `${mark} ${escapeForeign(test.id)} (${test.examples} examples, ${escapeForeign(test.path)})\n${failures.join('')}`;
}

function summary(tests: readonly VectorTest[]): string {
  if (tests.length === 0) return 'no vectors of your own: name a file with --vectors, or list it in cofferdam.yaml\n';
  const failed = tests.filter((test) => test.failures.length > 0).length;
  return `${tests.length} vectors of your own, ${failed} with failing examples\n`;
}

/** What is wrong with the user's files of vectors, on standard error. */
export function noteProblems(problems: readonly CofferdamError[], terminal: Terminal): void {
  for (const { at, message, hint } of problems) {
    const place = [at.path, at.line, at.column].filter((part) => part !== undefined).join(':');
    terminal.note(`cofferdam: ${escapeForeign(`${place}: ${message}`)}\n  → ${escapeForeign(hint)}\n`);
  }
}
