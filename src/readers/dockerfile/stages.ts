import { Unknown, type Value } from '../../posture/index.ts';
import { nearest } from '../nearest.ts';
import type { Problems } from '../problems.ts';
import { expand, type Scope } from './expand.ts';
import type { Instruction, Scanned } from './scan.ts';
import { splitWords } from './words.ts';

/** The build stages of a Dockerfile, how they lean on each other, and which of them an image is made of. */
export interface Stage {
  readonly index: number;
  /** Lower case, as BuildKit compares them. */
  readonly name: string | undefined;
  readonly from: Instruction;
  readonly base: Value<string>;
  readonly platform: Value<string> | undefined;
  /** The own stage it is based on; undefined for an image from elsewhere, and for `scratch`. */
  readonly parent: Stage | undefined;
  readonly instructions: readonly Instruction[];
}

export interface Stages {
  readonly all: readonly Stage[];
  /** ARGs before the first FROM, by name: their values, undefined where they have no default and none was given. */
  readonly globals: ReadonlyMap<string, Value<string> | undefined>;
}

/** An argument whose value is not known takes the place of the default all the same. */
export type BuildArgs = Readonly<Record<string, Value<string>>>;

/** Set by the builder itself in every FROM, and in a stage that declares them (dockerfile2llb/platform.go). */
const PLATFORM_ARG = /^(BUILD|TARGET)(PLATFORM|OS|OSVERSION|ARCH|VARIANT|STAGE)$/;

export const platformArg = (name: string): Unknown | undefined =>
  PLATFORM_ARG.test(name) ? new Unknown(`\`${name}\` is set by the builder that runs the build`) : undefined;

export const argOverride = (args: BuildArgs, name: string): Value<string> | undefined =>
  Object.hasOwn(args, name) ? args[name] : undefined;

export function divide(scanned: Scanned, args: BuildArgs, problems: Problems): Stages {
  const divider = new Divider(scanned.escape, args, problems);
  for (const instruction of scanned.instructions) divider.add(instruction);
  return divider.stages();
}

type OpenStage = Omit<Stage, 'instructions'> & { readonly instructions: Instruction[] };

class Divider {
  readonly #escape: string;
  readonly #args: BuildArgs;
  readonly #all: OpenStage[] = [];
  readonly #byName = new Map<string, Stage>();
  readonly #globals = new Map<string, Value<string> | undefined>();
  readonly #problems: Problems;
  /** Said once: an instruction before the first FROM. */
  #headless = false;
  readonly #scope: Scope;

  constructor(escapeChar: string, args: BuildArgs, problems: Problems) {
    this.#problems = problems;
    this.#escape = escapeChar;
    this.#args = args;
    this.#scope = {
      get: (name) => this.#globals.get(name) ?? platformArg(name),
      whyUnset: (name) =>
        this.#globals.has(name)
          ? `build argument \`${name}\` has no default and none was given`
          : `\`${name}\` is not declared by an ARG before the first FROM`,
    };
  }

  add(instruction: Instruction): void {
    const stage = this.#all.at(-1);
    if (instruction.name === 'FROM') this.#from(instruction);
    else if (stage) stage.instructions.push(instruction);
    else if (instruction.name === 'ARG') this.#globalArg(instruction);
    else if (INSTRUCTIONS.has(instruction.name) && !this.#headless) {
      this.#headless = true;
      const message = `${instruction.name} stands before the first FROM`;
      this.#problems.report(
        'no-build-stage',
        message,
        'begin the stage with FROM IMAGE; only ARG may stand before it',
        instruction.place,
      );
    }
  }

  stages(): Stages {
    return { all: this.#all, globals: this.#globals };
  }

  #globalArg(instruction: Instruction): void {
    for (const { name, value } of argDeclarations(instruction, this.#escape)) {
      const given = argOverride(this.#args, name);
      this.#globals.set(name, given ?? (value === undefined ? undefined : expand(value, this.#scope, this.#escape)));
    }
  }

  #from(instruction: Instruction): void {
    const words = splitWords(instruction.rest, this.#escape);
    const named = words.length === 3 && words[1]?.toLowerCase() === 'as';
    if (words.length !== 1 && !named) {
      this.#problems.report(
        'from-form',
        'FROM needs one image, or IMAGE AS NAME',
        'write `FROM image` or `FROM image AS name`',
        instruction.place,
      );
    }
    const base = this.#base(words[0]);
    const platform = instruction.flags.find((flag) => flag.name === 'platform')?.value;
    const name = named ? words[2]?.toLowerCase() : undefined;
    const stage: OpenStage = {
      index: this.#all.length,
      name,
      from: instruction,
      base,
      platform: platform === undefined ? undefined : expand(platform, this.#scope, this.#escape),
      parent: base instanceof Unknown ? undefined : this.#byName.get(base.toLowerCase()),
      instructions: [],
    };
    this.#all.push(stage);
    if (name !== undefined) this.#byName.set(name, stage);
  }

  #base(word: string | undefined): Value<string> {
    if (word === undefined) return new Unknown('FROM names no image');
    const base = expand(word, this.#scope, this.#escape);
    return base === '' ? new Unknown(`\`${word}\` is empty`) : base;
  }
}

export function argDeclarations(
  instruction: Instruction,
  escapeChar: string,
): { name: string; value: string | undefined }[] {
  return splitWords(instruction.rest, escapeChar).map((word) => {
    const equals = word.indexOf('=');
    return equals < 0
      ? { name: word, value: undefined }
      : { name: word.slice(0, equals), value: word.slice(equals + 1) };
  });
}

export function findStage(stages: readonly Stage[], target: string): Stage | undefined {
  const name = target.toLowerCase();
  // The last of that name, as a later stage takes the name over; a number is an index only where no stage has that name.
  return (
    stages.findLast((stage) => stage.name === name) ?? (/^\d{1,6}$/.test(target) ? stages[Number(target)] : undefined)
  );
}

/** From the stage on the foreign base up to the target. */
export function chainOf(target: Stage): Stage[] {
  const chain: Stage[] = [];
  for (let stage: Stage | undefined = target; stage; stage = stage.parent) chain.push(stage);
  return chain.reverse();
}

/** ONBUILD triggers run once, at the head of a stage based directly on the one that holds them. */
export function stepsOf(stage: Stage): Instruction[] {
  const triggers = stage.parent?.instructions.flatMap((i) => (i.trigger ? [i.trigger] : [])) ?? [];
  return [...triggers, ...stage.instructions];
}

/** Every stage that the target needs, itself included, in the order of the file. */
export function dependenciesOf(target: Stage, all: readonly Stage[], problems: Problems): Stage[] {
  const state = new Map<Stage, 'open' | 'done'>();
  const stack: { stage: Stage; edges: Edge[] }[] = [];
  const enter = (stage: Stage): void => {
    state.set(stage, 'open');
    stack.push({ stage, edges: edgesOf(stage, all, problems) });
  };
  enter(target);
  // A loop with its own stack: each stage of a file may be based on the one before.
  for (let top = stack.at(-1); top; top = stack.at(-1)) {
    const edge = top.edges.pop();
    if (edge === undefined) {
      state.set(top.stage, 'done');
      stack.pop();
    } else if (state.get(edge.to) === 'open') reportCycle(edge, problems);
    else if (!state.has(edge.to)) enter(edge.to);
  }
  return all.filter((stage) => state.has(stage));
}

interface Edge {
  readonly to: Stage;
  readonly by: Instruction;
}

function reportCycle({ to, by }: Edge, problems: Problems): void {
  const name = to.name ?? String(to.index);
  problems.report(
    'stage-cycle',
    `stage \`${name}\` needs itself`,
    'copy from a stage that does not need this one',
    by.place,
  );
}

function edgesOf(stage: Stage, all: readonly Stage[], problems: Problems): Edge[] {
  const edges: Edge[] = stage.parent ? [{ to: stage.parent, by: stage.from }] : [];
  for (const step of stepsOf(stage)) {
    for (const from of sourcesOf(step)) {
      const to = findStage(all, from);
      if (to) edges.push({ to, by: step });
      else reportUnknownStage(from, all, step, problems);
    }
  }
  return edges;
}

/** The stages or images that an instruction takes files from. */
function sourcesOf(step: Instruction): string[] {
  if (step.name === 'COPY')
    return step.flags.flatMap((flag) => (flag.name === 'from' && flag.value ? [flag.value] : []));
  if (step.name !== 'RUN') return [];
  return step.flags.flatMap((flag) => {
    const from = flag.name === 'mount' ? mountOptions(flag.value ?? '').get('from') : undefined;
    return from ? [from] : [];
  });
}

export function mountOptions(value: string): ReadonlyMap<string, string> {
  return new Map(
    value.split(',').map((option): [string, string] => {
      const equals = option.indexOf('=');
      return equals < 0
        ? [option.trim().toLowerCase(), 'true']
        : [option.slice(0, equals).trim().toLowerCase(), option.slice(equals + 1)];
    }),
  );
}

/** A name that is no stage is the name of an image to the builder; only what can be none, or is a slip, is reported. */
function reportUnknownStage(from: string, all: readonly Stage[], step: Instruction, problems: Problems): void {
  // Below five letters two slips make any word out of any other: `node` would be `code`.
  const close = from.length > 4 && /^[\w-]+$/.test(from) ? nearest(from, stageNames(all)) : undefined;
  if (!/^\d+$/.test(from) && !from.includes('$') && close === undefined) return;
  const hint = close
    ? `did you mean \`${close}\`?`
    : 'name a stage of this file (variables are not allowed here), or an image';
  problems.report('unknown-stage', `there is no stage \`${from.slice(0, 60)}\``, hint, step.place);
}

/** Bounded: the names are only compared to find a slip of the pen. */
export const stageNames = (all: readonly Stage[]): string[] => all.slice(0, 200).flatMap((stage) => stage.name ?? []);

export const INSTRUCTIONS: ReadonlySet<string> = new Set([
  'ADD',
  'ARG',
  'CMD',
  'COPY',
  'ENTRYPOINT',
  'ENV',
  'EXPOSE',
  'FROM',
  'HEALTHCHECK',
  'LABEL',
  'MAINTAINER',
  'ONBUILD',
  'RUN',
  'SHELL',
  'STOPSIGNAL',
  'USER',
  'VOLUME',
  'WORKDIR',
]);
