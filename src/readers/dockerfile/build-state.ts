import { type ImageFile, type Statement, Unknown, type Value } from '../../posture/index.ts';
import type { Problems } from '../problems.ts';
import { Accounts } from './accounts.ts';
import type { Scope } from './expand.ts';
import { type BuildArgs, platformArg, type Stage, type Stages } from './stages.ts';

/** Facts of one instruction while they are gathered. */
export type Facts = { -readonly [K in keyof Statement['facts']]: Statement['facts'][K] };

/** What holds for the whole build, whichever stage is at hand. */
export interface Build {
  readonly stages: Stages;
  readonly args: BuildArgs;
  readonly escape: string;
  readonly problems: Problems;
  readonly entitlements: Set<string>;
  /** Of the stages done so far, for `COPY --from`. */
  readonly states: Map<Stage, StageState>;
}

/** What the instructions so far made of an image: the part of the builder's state that facts depend on. */
export class StageState {
  readonly build: Build;
  /** The foreign image beneath; undefined for `scratch`. */
  readonly base: Value<string> | undefined;
  /** ENV and ARG alike: BuildKit keeps both in one environment, the later one wins (dispatchEnv, dispatchArg). */
  readonly variables: Map<string, Value<string> | undefined>;
  readonly ports: Set<string>;
  readonly volumes: Set<string>;
  readonly files: Map<string, ImageFile>;
  accounts: Accounts;
  cwd: Value<string>;
  shell: Value<readonly string[]>;
  entrypoint: Value<readonly string[]>;
  cmd: Value<readonly string[]>;
  /** A CMD stands in the stage at hand: a later ENTRYPOINT does not clear it (dispatchEntrypoint). */
  cmdInStage = false;
  /** The statements of USER in the stage at hand; which number a name has is looked up in the finished image. */
  readonly users: { readonly facts: Facts; readonly user: Value<string> }[] = [];
  readonly scope: Scope = { get: (name) => this.#get(name), whyUnset: (name) => this.#whyUnset(name) };

  private constructor(build: Build, base: Value<string> | undefined, parent: StageState | undefined) {
    this.build = build;
    this.base = base;
    this.variables = new Map(parent?.variables);
    this.ports = new Set(parent?.ports);
    this.volumes = new Set(parent?.volumes);
    this.files = new Map(parent?.files);
    this.accounts = parent?.accounts.copy() ?? new Accounts(base);
    const unlessScratch = <T>(why: string, value: T): Value<T> => (base === undefined ? value : new Unknown(why));
    this.cwd = parent?.cwd ?? unlessScratch('the working directory is that of the base image', '/');
    this.shell = parent?.shell ?? unlessScratch('the base image may set the shell', ['/bin/sh', '-c']);
    this.entrypoint = parent?.entrypoint ?? unlessScratch('the base image may have an ENTRYPOINT', []);
    this.cmd = parent?.cmd ?? unlessScratch('the base image may have a CMD', []);
  }

  static onImage(build: Build, base: Value<string>): StageState {
    return new StageState(build, base === 'scratch' ? undefined : base, undefined);
  }

  static onStage(parent: StageState): StageState {
    return new StageState(parent.build, parent.base, parent);
  }

  /** The value of an `ARG NAME` without a default: the global one, or the builder's. */
  inheritedArg(name: string): Value<string> | undefined {
    return this.build.stages.globals.get(name) ?? platformArg(name);
  }

  #get(name: string): Value<string> | undefined {
    if (this.variables.has(name)) return this.variables.get(name);
    return this.base === undefined
      ? undefined
      : new Unknown(`\`${name}\` is not set in this file; the base image may set it`);
  }

  #whyUnset(name: string): string {
    return this.variables.has(name)
      ? `build argument \`${name}\` has no default and none was given`
      : `\`${name}\` is not set`;
  }
}
