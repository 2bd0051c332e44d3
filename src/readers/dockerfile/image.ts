import { type Layer, type StatedSource, type Statement, Unknown } from '../../posture/index.ts';
import { referenceFacts } from '../image-reference.ts';
import type { ReadOptions } from '../subject.ts';
import { type Build, type Facts, StageState } from './build-state.ts';
import {
  arg,
  cmd,
  entrypoint,
  env,
  expose,
  type Handler,
  healthcheck,
  label,
  shell,
  user,
  volume,
  workdir,
} from './configure.ts';
import { nearestInstruction } from './flags.ts';
import type { Instruction } from './scan.ts';
import { chainOf, INSTRUCTIONS, type Stage, stepsOf } from './stages.ts';
import { copy, run } from './steps.ts';

/** What one image states: the instructions of the target's own stages in full, of the stages it copies from as far as the build goes. */
const HANDLERS: ReadonlyMap<string, Handler> = new Map<string, Handler>([
  ['ADD', copy],
  ['ARG', arg],
  ['CMD', cmd],
  ['COPY', copy],
  ['ENTRYPOINT', entrypoint],
  ['ENV', env],
  ['EXPOSE', expose],
  ['HEALTHCHECK', healthcheck],
  ['LABEL', label],
  ['RUN', run],
  ['SHELL', shell],
  ['USER', user],
  ['VOLUME', volume],
  ['WORKDIR', workdir],
]);

/** Concerns no isolation: the signal that stops the container. */
const IGNORED: ReadonlySet<string> = new Set(['STOPSIGNAL']);

export interface ImageContext {
  readonly build: Build;
  readonly target: Stage;
  readonly dependencies: readonly Stage[];
  readonly path: string;
  readonly options: ReadOptions;
}

export function imageLayer(context: ImageContext): Layer {
  const chain = new Set(chainOf(context.target));
  const statements = context.dependencies.flatMap((stage) => {
    const own = statementsOf(context, stage);
    return chain.has(stage) ? own : own.map(buildOnly);
  });
  const { accounts } = stateOf(context.build, context.target);
  for (const stage of chain) {
    for (const { facts, user: value } of stateOf(context.build, stage).users) {
      facts['process.uid'] = value instanceof Unknown ? value : accounts.uidOf(value);
    }
  }
  return { phase: 'build', statements };
}

/** Stages come in the order of the file, so that of a parent, or of one copied from, is there. */
function stateOf(build: Build, stage: Stage): StageState {
  const done = build.states.get(stage);
  if (done) return done;
  const state = stage.parent ? StageState.onStage(stateOf(build, stage.parent)) : StageState.onImage(build, stage.base);
  build.states.set(stage, state);
  return state;
}

function statementsOf(context: ImageContext, stage: Stage): Statement[] {
  const state = stateOf(context.build, stage);
  const statements = [statement(stage.from, { ...fromFacts(context, stage), ...instructionFact(stage.from) })];
  for (const step of stepsOf(stage)) {
    if (IGNORED.has(step.name)) continue;
    const facts = INSTRUCTIONS.has(step.name) ? (HANDLERS.get(step.name)?.(state, step) ?? {}) : misspelt(step.name);
    // The object itself is kept: the uid of a USER is put in when the whole image is known.
    statements.push(statement(step, Object.assign(facts, instructionFact(step))));
  }
  return statements;
}

function instructionFact(step: Instruction): Facts {
  const facts: Facts = {};
  facts[`image.instruction.${step.place.line}:${step.name}`] = step.text;
  return facts;
}

/** Of a stage that files are copied from: what its build may do, not what its image is. */
function buildOnly(whole: Statement): Statement {
  const kept = Object.entries(whole.facts).filter(([key]) => /^(image\.instruction|build)\./.test(key));
  return { ...whole, facts: Object.fromEntries(kept) as Facts };
}

function fromFacts(context: ImageContext, stage: Stage): Facts {
  return {
    ...(stage.parent ? {} : baseFacts(context, stage)),
    ...(stage === context.target ? { 'image.ignore-file': hasIgnoreFile(context) } : {}),
  };
}

function baseFacts(context: ImageContext, stage: Stage): Facts {
  const facts: Facts = { 'image.base': stage.base, 'image.files-known': false, ...platformFacts(stage) };
  if (stage.base === 'scratch') {
    // Nothing is beneath: what no instruction says is the empty configuration, and that runs as root.
    return { ...facts, 'request.user': '0', 'process.uid': 0, 'image.healthcheck': false };
  }
  if (stage.base instanceof Unknown) {
    const maybeOwn = context.build.stages.all.some((other) => other.index < stage.index && other.name !== undefined);
    const user = maybeOwn ? { 'request.user': stage.base, 'process.uid': stage.base } : {};
    return { ...facts, ...referenceFacts(stage.base), ...user };
  }
  return { ...facts, ...referenceFacts(stage.base) };
}

function platformFacts(stage: Stage): Facts {
  const windows =
    (typeof stage.platform === 'string' && /^windows(\/|$)/i.test(stage.platform)) ||
    (typeof stage.base === 'string' && /^mcr\.microsoft\.com\/windows(\/|:|$)/i.test(stage.base));
  return windows ? { platform: 'windows' } : {};
}

/** BuildKit takes `NAME.dockerignore` beside the Dockerfile before the `.dockerignore` of the context. */
function hasIgnoreFile({ options, path }: ImageContext): boolean {
  const name = path.slice(path.lastIndexOf('/') + 1);
  return options.exists('.dockerignore', path) || options.exists(`${name}.dockerignore`, path);
}

/** Facts that the instruction which was probably meant would state. */
const CONCERNS: ReadonlyMap<
  string,
  readonly ('request.user' | 'process.uid' | 'process.cwd' | 'process.argv' | 'image.healthcheck')[]
> = new Map([
  ['USER', ['request.user', 'process.uid'] as const],
  ['WORKDIR', ['process.cwd'] as const],
  ['CMD', ['process.argv'] as const],
  ['ENTRYPOINT', ['process.argv'] as const],
  ['HEALTHCHECK', ['image.healthcheck'] as const],
]);

function misspelt(name: string): Facts {
  const facts: Facts = {};
  const why = new Unknown(`\`${name}\` is no instruction`);
  for (const key of CONCERNS.get(nearestInstruction(name) ?? '') ?? []) facts[key] = why;
  return facts;
}

const LONGEST_TEXT = 120;

function statement(step: Instruction, facts: Facts): Statement {
  const flat = `${step.name} ${step.text.slice(0, 2 * LONGEST_TEXT)}`.replace(/\s+/g, ' ').trim();
  const text = flat.length > LONGEST_TEXT ? `${flat.slice(0, LONGEST_TEXT - 1)}…` : flat;
  const source: StatedSource = { kind: 'stated', ...step.place, text };
  return { phase: 'build', source, facts };
}
