/**
 * Dockerfiles: what the image of a stage states in phase `build` — for the image itself, and for the workload that runs
 * it. Read by an own scanner: the library at hand takes longer to load and to read the corpus than the whole check may
 * last, and is quadratic on hostile lines. What a builder would only know when it runs (build arguments without a
 * default, variables of the base image) stays unknown.
 */
import type { CofferdamError, Layer, Place } from '../../posture/index.ts';
import { nearest } from '../nearest.ts';
import { Problems } from '../problems.ts';
import type { InlineSuppression, ReadOptions, ReadResult, Subject } from '../subject.ts';
import { suppressionsIn } from '../suppressions.ts';
import { checkWords } from './flags.ts';
import { imageLayer } from './image.ts';
import { type Scanned, scan } from './scan.ts';
import { type BuildArgs, dependenciesOf, divide, findStage, type Stage, stageNames } from './stages.ts';

export interface ImageChoice {
  /** Name or index of a stage; the last one where absent. */
  readonly target?: string | undefined;
  readonly args?: BuildArgs | undefined;
}

export interface ImageLayers {
  readonly layers: readonly Layer[];
  readonly problems: readonly CofferdamError[];
  /** Comments of the Dockerfile, wherever they stand in it. */
  readonly suppressions: readonly InlineSuppression[];
}

/** Far above what people write; each stage keeps what its image is, so that time and memory stay bounded. */
const MAX_STAGES = 250;

export function readDockerfile(text: string, path: string, options: ReadOptions): ReadResult {
  const problems = new Problems();
  const scanned = scanText(text, path, problems);
  const image = readImage(scanned, path, {}, options, problems);
  if (image === undefined) return { subjects: [], problems: problems.list, skipped: [] };
  const subject: Subject = {
    id: path,
    kind: 'image',
    name: path,
    artifact: 'dockerfile',
    place: image.target.from.place,
    layers: [image.layer],
    suppressions: suppressionsIn(scanned.comments, (problem) => problems.add(problem)),
  };
  return { subjects: [subject], problems: problems.list, skipped: [] };
}

/** What the image of a stage contributes to a workload that is built from it. Empty where there is no such stage. */
export function imageLayers(text: string, path: string, choice: ImageChoice, options: ReadOptions): ImageLayers {
  const problems = new Problems();
  const scanned = scanText(text, path, problems);
  const image = readImage(scanned, path, choice, options, problems);
  const suppressions = suppressionsIn(scanned.comments, (problem) => problems.add(problem));
  return { layers: image ? [image.layer] : [], problems: problems.list, suppressions };
}

function scanText(text: string, path: string, problems: Problems): Scanned {
  if (!text.includes('\0')) return scan(text, path, problems);
  problems.report('binary', 'the file is not text', 'name a Dockerfile', { path, line: 1, column: 1 });
  return { escape: '\\', instructions: [], comments: [] };
}

interface Image {
  readonly target: Stage;
  readonly layer: Layer;
}

function readImage(
  scanned: Scanned,
  path: string,
  choice: ImageChoice,
  options: ReadOptions,
  problems: Problems,
): Image | undefined {
  checkWords(scanned.instructions, problems);
  const args = choice.args ?? {};
  const stages = divide(scanned, args, problems);
  const whole = { path, line: 1, column: 1 };
  if (stages.all.length === 0) {
    reportNoStage(scanned, whole, problems);
    return undefined;
  }
  if (stages.all.length > MAX_STAGES) {
    problems.report('too-many-stages', `more than ${MAX_STAGES} stages`, 'split the file', whole);
    return undefined;
  }
  const target = choice.target === undefined ? stages.all.at(-1) : findStage(stages.all, choice.target);
  if (target === undefined) {
    reportTarget(choice.target ?? '', stages.all, whole, problems);
    return undefined;
  }
  const dependencies = dependenciesOf(target, stages.all, problems);
  const { escape: escapeChar } = scanned;
  const build = { stages, args, escape: escapeChar, problems, entitlements: new Set<string>(), states: new Map() };
  return { target, layer: imageLayer({ build, target, dependencies, path, options }) };
}

function reportNoStage({ instructions }: Scanned, at: Place, problems: Problems): void {
  if (instructions.length > 0)
    problems.report('missing-from', 'no FROM: the image has no base', 'begin the first stage with FROM IMAGE', at);
  else if (problems.list.length === 0)
    problems.report('empty-dockerfile', 'the file has no instruction', 'begin with FROM IMAGE', at);
}

function reportTarget(target: string, all: readonly Stage[], at: Place, problems: Problems): void {
  const names = stageNames(all);
  const near = nearest(target.slice(0, 40), names);
  const known = names.length > 0 ? `the stages are ${names.slice(0, 10).join(', ')}` : 'no stage has a name';
  const hint = near ? `did you mean \`${near}\`?` : known;
  problems.report('unknown-target', `there is no stage \`${target.slice(0, 60)}\``, hint, at);
}
