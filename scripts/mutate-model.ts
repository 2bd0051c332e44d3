/**
 * `npm run mutate [-- --samples N --mutants N|all --seed S --folder F]`: whether the comparison of model and kernel would notice a
 * wrong gate. Guided configurations are started and probed once, by the embedded runtime, and kept in the folder with what the kernel
 * said; a later run with the same seed goes on with them. Then every mutant judges them. Prints JSON.
 */
import { appendFileSync, existsSync, mkdirSync, readFileSync } from 'node:fs';
import { release, tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { shippedCatalogue } from '../src/check/shipped-catalogue.ts';
import { sessionOptions } from '../src/cli/commands/check.ts';
import { guidedSampler } from '../src/lab/agreement/guided.ts';
import { hereOf } from '../src/lab/agreement/here.ts';
import { AgreementLog, type Heading } from '../src/lab/agreement/log.ts';
import { allMutants, drawMutants, mechanismOf, titleOf } from '../src/lab/agreement/mutant.ts';
import { type Missed, type MutantResult, MutationCheck, type RecordedSample } from '../src/lab/agreement/mutation.ts';
import { Postures } from '../src/lab/agreement/postures.ts';
import { runAgreement } from '../src/lab/agreement/run.ts';
import { wilson } from '../src/lab/statistics.ts';
import { MACHINE } from '../src/live/index.ts';
import { CofferdamError, type Posture } from '../src/posture/index.ts';
import { type Missing, type OciConfig, type Runtime, runtimeNamed } from '../src/runtimes/index.ts';

const { values } = parseArgs({
  options: {
    samples: { type: 'string', default: '500' },
    mutants: { type: 'string', default: '300' },
    seed: { type: 'string', default: '1' },
    folder: { type: 'string', default: join(tmpdir(), 'cofferdam-mutants') },
  },
});
const [samples, seed] = [Number(values.samples), Number(values.seed)];

const here = hereOf(MACHINE, process.arch === 'arm64' ? 'aarch64' : 'x86_64');
const postures = await Postures.open(sessionOptions([], {}));
const configuration = await guidedSampler(here, seed, sessionOptions([], {}));

/** What was started, so that a later run judges that and not what the generator has become. */
interface Started {
  readonly sample: number;
  readonly config: OciConfig;
  readonly missing: readonly Missing[];
}

/** The runtime, and each start written down. */
function noting(runtime: Runtime, numbers: WeakMap<OciConfig, number>, path: string): Runtime {
  return {
    ...runtime,
    async start(request) {
      const sandbox = await runtime.start(request);
      const { config } = request;
      const sample = config && numbers.get(config);
      if (sample !== undefined)
        appendFileSync(path, `${JSON.stringify({ sample, config, missing: sandbox.missing })}\n`);
      return sandbox;
    },
  };
}

async function record(folder: string): Promise<{ readonly log: string; readonly started: string }> {
  const [log, started] = [join(folder, 'agreement.jsonl'), join(folder, 'started.jsonl')];
  const numbers = new WeakMap<OciConfig, number>();
  await runAgreement(sessionOptions([], {}), {
    samples,
    seed,
    log,
    runtimes: [noting(runtimeNamed('embedded'), numbers, started)],
    async configuration(sample) {
      const config = await configuration(sample);
      numbers.set(config, sample);
      return config;
    },
    shrunk: 0,
    progress(done, all) {
      if (done % 50 === 0) process.stderr.write(`${done} of ${all} configurations recorded\n`);
    },
  });
  return { log, started };
}

const lines = (path: string): string[] =>
  existsSync(path) ? readFileSync(path, 'utf8').split('\n').filter(Boolean) : [];

const VERDICT: Readonly<Record<string, 'open' | 'blocked' | undefined>> = { o: 'open', b: 'blocked' };

async function* recordedSamples(
  paths: { readonly log: string; readonly started: string },
  postures: Postures,
): AsyncGenerator<RecordedSample> {
  const [head = ''] = lines(paths.log);
  const { heading, entries } = AgreementLog.open(JSON.parse(head) as Heading, paths.log);
  const started = new Map(
    lines(paths.started).map((line) => {
      const one = JSON.parse(line) as Started;
      return [one.sample, one];
    }),
  );
  for (const entry of [...entries].sort((a, b) => a.sample - b.sample)) {
    const one = started.get(entry.sample);
    if ('refused' in entry || one === undefined || entry.sample >= samples) continue;
    const proven = heading.vectors.flatMap((vector, i) => {
      const verdict = VERDICT[entry.proven[i] ?? ''];
      return verdict === undefined ? [] : [[vector, verdict] as const];
    });
    const posture = known(await postures.of(one.config));
    yield { sample: entry.sample, posture, proven: new Map(proven), missing: one.missing };
  }
}

function known(posture: Posture | CofferdamError): Posture {
  if (posture instanceof CofferdamError) throw posture;
  return posture;
}

/** Found of those that could be on this machine. */
function rows(results: readonly MutantResult[], of: (result: MutantResult) => string): object {
  const names = [...new Set(results.map(of))].sort();
  return Object.fromEntries(
    names.map((name) => {
      const group = results.filter((result) => of(result) === name);
      const [equivalent, silent] = [counted(group, 'equivalent'), counted(group, 'silent')];
      const found = group.filter((result) => result.found !== undefined).length;
      const beside = `${equivalent} equivalent, ${silent} silent beside them`;
      return [name, `${found} of ${group.length - equivalent - silent}, ${beside}`];
    }),
  );
}

const counted = (results: readonly MutantResult[], missed: Missed): number =>
  results.filter((result) => result.missed === missed).length;

function quantile(sorted: readonly number[], share: number): number | null {
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? null;
}

function report(results: readonly MutantResult[], judged: number): object {
  const found = results.flatMap((result) => result.found ?? []);
  const after = found.map((one) => one.after).sort((a, b) => a - b);
  const missed = results.filter((result) => result.missed !== undefined);
  const [equivalent, silent] = [counted(results, 'equivalent'), counted(results, 'silent')];
  const told = results.length - equivalent;
  return {
    seed,
    kernel: release(),
    configurations: judged,
    mutants: results.length,
    found: found.length,
    /** No configuration tells these from the whole model on this machine. */
    equivalent,
    /** They matter only to vectors of which this machine's kernel told nothing. */
    silent,
    share: found.length / (told - silent),
    interval: wilson(found.length, told - silent),
    shareWithSilent: found.length / told,
    intervalWithSilent: wilson(found.length, told),
    configurationsNeeded: { median: quantile(after, 0.5), ninth: quantile(after, 0.9), most: after.at(-1) ?? null },
    byBreak: rows(results, ({ mutant }) => mutant.how),
    byGate: rows(results, ({ mutant }) => mutant.gate.gate.gate),
    byMechanism: rows(results, ({ mutant }) => mechanismOf(mutant)),
    notFound: missed.map((result) => ({
      mutant: titleOf(result.mutant),
      gate: result.mutant.gate.gate.gate,
      missed: result.missed,
      answers: result.answers,
      vectors: result.vectors,
    })),
  };
}

mkdirSync(values.folder, { recursive: true });
const catalogue = shippedCatalogue();
const all = allMutants(catalogue);
const mutants = values.mutants === 'all' ? all : drawMutants(all, Number(values.mutants), seed);
const paths = await record(values.folder);
const check = new MutationCheck(catalogue, mutants);
let judged = 0;
for await (const recorded of recordedSamples(paths, postures)) {
  check.judge(recorded);
  judged++;
}
process.stdout.write(`${JSON.stringify(report(check.results, judged), null, 2)}\n`);
process.exit(0);
