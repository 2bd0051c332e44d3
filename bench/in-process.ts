import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { findingsOf } from '../src/check/finding.ts';
import { Assessor, type Catalogue, compileCatalogue, postureOf } from '../src/check/index.ts';
import { type EngineAtVersion, loadEngine, usualChoice } from '../src/engines/index.ts';
import type { Subject } from '../src/readers/index.ts';
import { joinCluster, readObjects } from '../src/readers/kubernetes/index.ts';
import { CATALOGUE } from '../src/vectors/catalogue.generated.ts';
import { type Figure, median } from './run.ts';

const MANIFESTS = 'test/corpus/pod-security/restricted/v1.37';

function manifests(): string[] {
  return ['pass', 'fail'].flatMap((side) =>
    readdirSync(join(MANIFESTS, side)).map((file) => readFileSync(join(MANIFESTS, side, file), 'utf8')),
  );
}

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

/** Posture assembled, every vector judged and explained; fixes too where asked. */
function work(subject: Subject, bench: Bench, withFixes: boolean): number {
  const assessment = bench.assessor.assess(postureOf(subject, bench.engine, {}));
  if (withFixes)
    return findingsOf(subject, assessment, bench.catalogue).reduce(
      (sum, finding) => sum + (finding.tree.children?.length ?? 0),
      0,
    );
  return assessment
    .judgeAll(bench.catalogue.vectors, subject.kind)
    .reduce((sum, one) => sum + (assessment.explain(one.compiled).children?.length ?? 0), 0);
}

/** Rounds a second of `round`, which handles `count` things, median over a few seconds. */
function rate(count: number, round: () => void): number {
  for (let i = 0; i < 3; i++) round();
  const rates = Array.from({ length: 7 }, () => {
    const started = process.hrtime.bigint();
    round();
    return count / (Number(process.hrtime.bigint() - started) / 1e9);
  });
  return median(rates);
}

export async function judgePostures(): Promise<Figure[]> {
  const bench = await prepare();
  const subjects = subjectsOf(manifests());
  const verdicts = rate(subjects.length, () => {
    for (const subject of subjects) work(subject, bench, false);
  });
  const whole = rate(subjects.length, () => {
    for (const subject of subjects) work(subject, bench, true);
  });
  return [
    {
      what: 'postures assembled, judged and explained a second, all vectors, one core',
      value: verdicts.toFixed(0),
      target: '≥ 3,000',
    },
    { what: 'the same with every smallest fix', value: whole.toFixed(0), target: '' },
  ];
}

export async function readManifests(): Promise<Figure[]> {
  const bench = await prepare();
  const texts = manifests();
  const perSecond = rate(texts.length, () => {
    for (const subject of subjectsOf(texts)) work(subject, bench, false);
  });
  return [
    {
      what: 'Kubernetes manifests (600 bytes, two containers) read and judged a second, one core',
      value: perSecond.toFixed(0),
      target: '≥ 1,500',
    },
  ];
}

/** Cost of one manifest in a long run over that in a short one, each with a name, image and variable of its own. */
export async function scaling(): Promise<Figure[]> {
  const bench = await prepare();
  const texts = manifests();
  const run = (count: number) => {
    const started = process.hrtime.bigint();
    for (let i = 0; i < count; i++) {
      const text = (texts[i % texts.length] as string).replaceAll(
        'registry.k8s.io/pause',
        `registry.example/app-${i}:1`,
      );
      for (const subject of subjectsOf([text])) work(subject, bench, false);
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
