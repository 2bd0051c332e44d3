/**
 * `npx tsx scripts/examples-on-kernel.ts [WORD…]`: every container that an example describes (or those whose text has the words), started
 * on this kernel, and every vector's prediction held against its proof; what differs is shown as it comes. Ends with 1 if something
 * was predicted or stated blocked and is open.
 */
import {
  type Configuration,
  configurations,
  type Disagreement,
  figureOf,
  type Trial,
  Trials,
} from '../test/support/examples-on-kernel.ts';

const words = process.argv.slice(2);
const write = (text: string): boolean => process.stdout.write(`${text}\n`);

/** One is started or taken down while another answers. */
const AT_ONCE = 2;

async function tryAll(waiting: IterableIterator<Configuration>, done: Trial[]): Promise<void> {
  const trials = await Trials.open();
  try {
    for (const configuration of waiting) {
      for (const trial of await trials.try(configuration)) {
        done.push(trial);
        show(trial);
        if (done.length % 50 === 0) process.stderr.write(`${done.length} containers\n`);
      }
    }
  } finally {
    await trials.close();
  }
}

function show(trial: Trial): void {
  const { falseBlocked, statedOtherwise, falseOpen } = figureOf([trial]);
  const shown = new Set([...falseBlocked, ...statedOtherwise, ...falseOpen]);
  for (const disagreement of shown) write(`${textOf(disagreement)}\n`);
  if (trial.kind === 'refused') write(`not started: ${trial.why}\n${indented(trial.configuration.key)}\n`);
}

function textOf({ configuration, vector, predicted, proof, because, stated }: Disagreement): string {
  const said = stated.length === 0 ? '' : `, stated ${stated.join(', ')}`;
  return [
    `${vector}: predicted ${predicted}${said}, proven ${proof.verdict} (by ${proof.by ?? 'none that is told'})`,
    indented(configuration),
    ...proof.evidence.map((line) => `  | ${line}`),
    ...because.map((line) => `  : ${line}`),
  ].join('\n');
}

const indented = (text: string): string => text.trimEnd().replace(/^/gm, '    ');

const chosen = configurations().filter(({ key }) => words.every((word) => key.includes(word)));
const [waiting, done]: [IterableIterator<Configuration>, Trial[]] = [chosen.values(), []];
await Promise.all(Array.from({ length: AT_ONCE }, () => tryAll(waiting, done)));
const figure = figureOf(done);
write(
  `${figure.configurations} containers (${figure.refused} not started), ${figure.pairs} pairs: ${figure.agreeing} agree, ` +
    `${figure.falseBlocked.length} blocked and open, ${figure.falseOpen.length} open and blocked, ${figure.unknown} unknown and settled, ` +
    `${figure.untold} not told; ${figure.statedOtherwise.length} stated otherwise`,
);
process.exitCode = figure.falseBlocked.length + figure.statedOtherwise.length > 0 ? 1 : 0;
