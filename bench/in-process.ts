import { findingsOf } from '../src/check/finding.ts';
import { Assessor, type Catalogue, compileCatalogue, postureOf } from '../src/check/index.ts';
import { type EngineAtVersion, loadEngine, usualChoice } from '../src/engines/index.ts';
import type { Subject } from '../src/readers/index.ts';
import { joinCluster, readObjects } from '../src/readers/kubernetes/index.ts';
import { CATALOGUE } from '../src/vectors/catalogue.generated.ts';
import { manifestOf, type Repetition } from './fleet.ts';
import { type Figure, median } from './measure.ts';

/** Manifests that nobody has judged before: each round takes the next numbers. */
function manifests(round: number, repetition: Repetition): string[] {
  return Array.from({ length: ROUND }, (_, i) => manifestOf(round * ROUND + i, repetition));
}

const ROUND = 400;

interface Bench {
  readonly catalogue: Catalogue;
  readonly assessor: Assessor;
  readonly engine: EngineAtVersion;
}

async function prepare(): Promise<Bench> {
  const catalogue = compileCatalogue(CATALOGUE);
  return { catalogue, assessor: new Assessor(catalogue), engine: await loadEngine([usualChoice('kubernetes')]) };
}

function subjectsOf(texts: readonly string[]): readonly Subject[] {
  return texts.flatMap((text, i) => joinCluster([readObjects(text, `${i}.yaml`)]).subjects);
}

type Extent = 'lines' | 'trees' | 'fixes';

/** Posture assembled, every vector judged and told as reports tell it, in lines; or as whole trees, or with every fix. */
function work(subject: Subject, bench: Bench, extent: Extent): number {
  const assessment = bench.assessor.assess(postureOf(subject, bench.engine, {}));
  if (extent === 'fixes')
    return findingsOf(subject, assessment, bench.catalogue).reduce((sum, finding) => sum + finding.because.length, 0);
  const judged = assessment.judgeAll(bench.catalogue.vectors, subject.kind);
  return extent === 'trees'
    ? judged.reduce((sum, one) => sum + (assessment.explain(one.compiled).children?.length ?? 0), 0)
    : judged.reduce((sum, one) => sum + assessment.explainInLines(one.compiled).length, 0);
}

/** Things a second of one core, median over rounds; `prepared` is made outside the time, from the number of the round. */
function rate<T>(prepared: (round: number) => readonly T[], each: (thing: T) => void): number {
  const rates = Array.from({ length: 9 }, (_, round) => {
    const things = prepared(round);
    const started = process.hrtime.bigint();
    for (const thing of things) each(thing);
    return things.length / (Number(process.hrtime.bigint() - started) / 1e9);
  });
  return median(rates.slice(2));
}

export async function judgePostures(): Promise<Figure[]> {
  const figures: Figure[] = [];
  for (const repetition of ['as in a fleet', 'no two alike'] as const) {
    const bench = await prepare();
    const subjects = (round: number) => subjectsOf(manifests(round, repetition));
    const perSecond = (extent: Extent) => rate(subjects, (subject) => work(subject, bench, extent)).toFixed(0);
    const target = repetition === 'as in a fleet' ? '≥ 3,000' : '';
    figures.push(
      {
        what: `postures assembled, judged and explained a second, settings ${repetition}`,
        value: perSecond('lines'),
        target,
      },
      { what: `the same explained in whole trees, settings ${repetition}`, value: perSecond('trees'), target: '' },
      { what: `the same with every smallest fix, settings ${repetition}`, value: perSecond('fixes'), target: '' },
    );
  }
  return figures;
}

export async function readManifests(): Promise<Figure[]> {
  const bench = await prepare();
  const perSecond = rate(
    (round) => manifests(round, 'as in a fleet'),
    (text) => {
      for (const subject of subjectsOf([text])) work(subject, bench, 'lines');
    },
  );
  return [
    {
      what: 'Kubernetes manifests (1,300 bytes, one container) read and judged a second, one core',
      value: perSecond.toFixed(0),
      target: '≥ 1,500',
    },
  ];
}

/** Cost of one manifest in a long run over that in a short one, each with a name, image and variable of its own. */
export async function scaling(): Promise<Figure[]> {
  const bench = await prepare();
  const run = (count: number) => {
    const started = process.hrtime.bigint();
    for (let i = 0; i < count; i++) {
      for (const subject of subjectsOf([manifestOf(i, 'as in a fleet')])) work(subject, bench, 'lines');
    }
    return Number(process.hrtime.bigint() - started) / 1e3 / count;
  };
  run(500);
  const short = run(1_000);
  const long = run(LONG_RUN);
  const megabytes = process.memoryUsage().rss / 2 ** 20;
  return [
    {
      what: `cost of a manifest in a run of ${LONG_RUN} over one of 1,000`,
      value: `${(long / short).toFixed(2)} ×`,
      target: '≤ 1.2 ×',
    },
    { what: 'resident memory after it', value: `${megabytes.toFixed(0)} MB`, target: '≤ 1,500 MB' },
  ];
}

/** Long enough to show what grows; `BENCH_LONG_RUN=100000` for the whole of it. */
const LONG_RUN = Number(process.env.BENCH_LONG_RUN ?? 20_000);
