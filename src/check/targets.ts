import type { Tracer } from '../live/index.ts';
import { CofferdamError, type Place, type Statement, Unknown } from '../posture/index.ts';
import { type ReadOptions, type ReadResult, readTargets, type Subject, type WalkOptions } from '../readers/index.ts';
import { maskStatements, withoutValues } from './mask.ts';

/** Everything that the targets describe, and the port through which what they refer to can be read. */
export interface Reading extends ReadResult {
  readonly options: ReadOptions;
}

export interface TargetOptions extends WalkOptions {
  /** A stub on the host, through which filters of running processes are read. */
  readonly tracer?: Tracer | undefined;
}

/** Reads targets of every kind: paths, `-`, `docker-run:'…'`, `podman-run:'…'`, and what runs: `pid:N`, `docker:NAME`, `podman:NAME`, `host`. */
export async function readAll(targets: readonly string[], options: TargetOptions): Promise<Reading> {
  const lines = targets.filter((target) => RUN_LINE.test(target));
  const refused = targets.filter((target) => REFUSED.test(target)).map(refusal);
  const running = targets.filter((target) => LIVE.test(target));
  const paths = targets.filter((target) => ![RUN_LINE, LIVE, REFUSED].some((kind) => kind.test(target)));
  const walked = await readTargets(paths, options);
  const read = await Promise.all(lines.map((line, i) => readLine(line, i, lines.length, walked.options)));
  for (const target of running) read.push(await readLive(target, options.tracer));
  return {
    subjects: [...walked.subjects, ...read.flatMap((result) => result.subjects)].map(withoutValues),
    problems: [...refused, ...walked.problems, ...read.flatMap((result) => result.problems)],
    skipped: [...walked.skipped, ...read.flatMap((result) => result.skipped)],
    options: walked.options,
  };
}

const RUN_LINE = /^(docker|podman)-run:/;
const LIVE = /^((pid|docker|podman):.|host$)/;
const REFUSED = /^(image|exec):/;

/** Whether a target is something that runs: those are always probed. */
export function isLive(target: string): boolean {
  return LIVE.test(target);
}

async function readLive(target: string, tracer: Tracer | undefined): Promise<ReadResult> {
  const live = await import('../live/index.ts');
  const [kind, ...rest] = target.split(':');
  const name = rest.join(':');
  if (kind === 'host') return live.readHost();
  const options = tracer === undefined ? {} : { tracer };
  if (kind === 'docker' || kind === 'podman') return live.readContainer(kind, name, options);
  if (/^\d{1,9}$/.test(name)) return live.readProcess(Number(name), options);
  const problem = new CofferdamError('usage', `\`${target}\` names no process`, 'write pid:4711', { path: target });
  return { subjects: [], problems: [problem], skipped: [] };
}

async function readLine(target: string, index: number, count: number, options: ReadOptions): Promise<ReadResult> {
  const { readRunLine } = await import('../readers/run-line/index.ts');
  const [kind = ''] = target.split(':', 1);
  const path = count === 1 ? `<${kind}>` : `<${kind} ${index + 1}>`;
  return readRunLine(
    unquoted(target.slice(kind.length + 1)),
    { path, engine: kind === 'podman-run' ? 'podman' : 'docker' },
    options,
  );
}

/** Quotes around the whole line that a shell has not taken off: `"docker-run:'--privileged image'"`. Left on, they would make it one word, an image. */
function unquoted(line: string): string {
  return /^\s*(['"])(.*)\1\s*$/s.exec(line)?.[2] ?? line;
}

function refusal(target: string): CofferdamError {
  const [kind, ...rest] = target.split(':');
  return kind === 'exec'
    ? new CofferdamError(
        'target-kind',
        `\`${target}\` starts a sandbox`,
        `probe it: cofferdam probe ${JSON.stringify(target)}`,
        {
          path: target,
        },
      )
    : new CofferdamError(
        'target-kind',
        `target \`${target}\`: archives of images are not read yet`,
        `give what docker inspect says of it: docker inspect ${rest.join(':')} | cofferdam check -`,
        { path: target },
      );
}

/** The build-phase statements of the image that a workload builds; none where its Dockerfile cannot be read (said by its own problem). */
export async function imageStatements(subject: Subject, options: ReadOptions): Promise<readonly Statement[]> {
  const { build } = subject;
  if (build === undefined || build.target instanceof Unknown) return [];
  const file =
    'inline' in build
      ? { text: build.inline.text, path: build.inline.place.path }
      : options.read(build.dockerfile, subject.place.path);
  if (file instanceof Unknown) return [];
  const { imageLayers } = await import('../readers/dockerfile/index.ts');
  const statements = imageLayers(
    file.text,
    file.path,
    { target: build.target, args: build.args },
    options,
  ).layers.flatMap((layer) => layer.statements);
  const masked = maskStatements(statements);
  return 'inline' in build ? masked.map((statement) => movedTo(build.inline.place, statement)) : masked;
}

/** Lines of a Dockerfile inside another text are not lines of that text: its instructions stand where it begins. */
function movedTo(place: Place, statement: Statement): Statement {
  const { source } = statement;
  return source.kind === 'stated'
    ? { ...statement, source: { kind: source.kind, text: source.text, ...place } }
    : statement;
}
