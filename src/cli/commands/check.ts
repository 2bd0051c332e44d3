import { readFileSync } from 'node:fs';
import {
  catalogueOf,
  checkTargets,
  compareResults,
  countsAgainst,
  type Finding,
  failsStandard,
  isLive,
  loadConfig,
  type ResultDocument,
  type SessionOptions,
  type TargetResult,
  type Threshold,
  vectorsOf,
  withVectors,
} from '../../check/index.ts';
import { CofferdamError } from '../../posture/index.ts';
import type { Severity } from '../../vectors/index.ts';
import { EXIT } from '../exit.ts';
import { write } from '../output.ts';
import { withPast } from '../past.ts';
import type { Terminal } from '../terminal.ts';
import { VERSION } from '../version.generated.ts';
import { workingFolder } from '../working-folder.ts';

export interface CheckFlags {
  readonly format: 'text' | 'json' | 'sarif' | 'markdown';
  readonly output?: string;
  readonly failOn?: Severity;
  readonly minDepth?: string;
  readonly engine: readonly string[];
  readonly host?: string;
  readonly daemon?: string;
  readonly standard: readonly string[];
  readonly against?: string;
  readonly config?: string;
  readonly vectors?: readonly string[];
  readonly profile: readonly string[];
  readonly env: readonly string[];
  readonly allowOutside: readonly string[];
  readonly strict: boolean;
  readonly verbose: boolean;
  readonly prove?: boolean;
  readonly runtime?: string;
  readonly past?: boolean;
}

export async function checkCommand(given: readonly string[], flags: CheckFlags, terminal: Terminal): Promise<number> {
  const targets = given.length === 0 ? ['.'] : given;
  const options = await optionsOf(targets, flags);
  const threshold = thresholdOf(flags, options);
  const proving = isProving([...targets, flags.against ?? ''], flags);
  const result = await judged(targets, options, flags, proving);
  if (flags.against !== undefined)
    return compareCommand(result, flags.against, { flags, options, threshold, terminal, proving });
  write(await render(result, flags, terminal, options), flags.output, terminal);
  const findings = result.targets.flatMap((target) => target.findings);
  return exitCode(result, { findings, missesStandard: result.targets.some(failsStandard) }, flags, threshold);
}

async function optionsOf(targets: readonly string[], flags: CheckFlags): Promise<SessionOptions> {
  const options = sessionOptions(targets, flags);
  if (flags.past !== true) return options;
  refusePast(flags.format === 'sarif' ? 'written as SARIF' : flags.against === undefined ? undefined : 'compared');
  return withPast(options);
}

/** What `--past` cannot do yet is said, and not left out without a word. */
export function refusePast(what: string | undefined): void {
  if (what === undefined) return;
  throw new CofferdamError('usage', `past vulnerabilities cannot be ${what}`, 'choose --format text, json or markdown');
}

/** What runs is always probed. */
export function isProving(targets: readonly string[], { prove }: Pick<CheckFlags, 'prove'>): boolean {
  return prove === true || targets.some(isLive);
}

/** The targets judged; with their proofs where asked, for which more is loaded. */
export async function judged(
  targets: readonly string[],
  options: SessionOptions,
  { runtime = 'embedded' }: Pick<CheckFlags, 'runtime'>,
  proving: boolean,
): Promise<ResultDocument> {
  if (!proving) return checkTargets(targets, options);
  const { proveTargets, runtimeNamed } = await import('../../prove/index.ts');
  return proveTargets(targets, options, { runtime: runtimeNamed(runtime) });
}

interface Run {
  readonly flags: CheckFlags;
  readonly options: SessionOptions;
  readonly threshold: Threshold | undefined;
  readonly terminal: Terminal;
  /** Both sides are proven, or neither: what is known of this machine must not look like a change. */
  readonly proving: boolean;
}

/** What opens and closes between another configuration and this one; with a threshold, only what opened counts. */
async function compareCommand(
  after: ResultDocument,
  against: string,
  { flags, options, threshold, terminal, proving }: Run,
): Promise<number> {
  if (flags.format === 'sarif')
    throw new CofferdamError('usage', '--against cannot be written as SARIF', 'choose text, json or markdown');
  const before = await judged([against], options, flags, proving);
  const [problem] = before.errors;
  // Against nothing, everything would look new.
  if (before.targets.length === 0 && problem !== undefined)
    throw new CofferdamError(problem.code, problem.message, `--against: ${problem.hint}`, problem);
  const comparison = compareResults(before, after);
  const { renderComparison } = await import('../../report/compare.ts');
  const text = renderComparison(comparison, { format: flags.format, ...appearance(flags, terminal) });
  write([text], flags.output, terminal);
  const opened = comparison.targets.flatMap((target) =>
    target.changes.filter((change) => change.kind === 'opens').flatMap((change) => change.after ?? []),
  );
  const findings = [...opened, ...comparison.added.flatMap((target) => target.findings)];
  const missesStandard = comparison.added.some(failsStandard) || comparison.targets.some(missesNewly);
  return exitCode(after, { findings, missesStandard }, flags, threshold);
}

/** A control is missed that the other configuration meets. */
function missesNewly(pair: { readonly before: TargetResult; readonly after: TargetResult }): boolean {
  const earlier = missedControls(pair.before);
  return missedControls(pair.after).some((control) => !earlier.includes(control));
}

function missedControls({ standards }: TargetResult): string[] {
  return standards.flatMap(({ name, items }) =>
    items.filter((item) => item.result === 'failed').map((item) => `${name} ${item.id}`),
  );
}

export function appearance(flags: Pick<CheckFlags, 'output'>, terminal: Terminal): { width: number; color: boolean } {
  return flags.output === undefined ? { width: terminal.width, color: terminal.color } : { width: 100, color: false };
}

export function sessionOptions(targets: readonly string[], flags: Partial<CheckFlags>): SessionOptions {
  const cwd = workingFolder();
  return {
    version: VERSION,
    cwd,
    config: withVectors(loadConfig(flags.config, targets, cwd), flags.vectors ?? [], cwd),
    engines: flags.engine ?? [],
    host: flags.host,
    daemon: flags.daemon,
    standards: flags.standard ?? [],
    profiles: flags.profile ?? [],
    environment: Object.fromEntries((flags.env ?? []).map(variable)),
    allowOutside: flags.allowOutside ?? [],
    stdin: () => readFileSync(0),
    today: new Date(),
  };
}

function variable(text: string): [string, string] {
  const at = text.indexOf('=');
  if (at <= 0) throw new CofferdamError('usage', `--env \`${text}\` is not NAME=value`, 'write --env NAME=value');
  return [text.slice(0, at), text.slice(at + 1)];
}

export async function render(
  result: ResultDocument,
  flags: CheckFlags,
  terminal: Terminal,
  options: SessionOptions,
): Promise<Iterable<string>> {
  switch (flags.format) {
    case 'json':
      return (await import('../../report/json.ts')).renderJson(result, { trees: flags.verbose });
    case 'sarif': {
      const vectors = new Map((await vectorsOf(options.config)).map((vector) => [vector.id, vector]));
      return [(await import('../../report/sarif.ts')).renderSarif(result, { rule: (id) => vectors.get(id) })];
    }
    case 'markdown':
      return [(await import('../../report/markdown.ts')).renderMarkdown(result)];
    case 'text': {
      const { renderText } = await import('../../report/text.ts');
      const hostGiven = (options.host ?? options.config.host) !== undefined;
      const { vectors } = await catalogueOf(options.config);
      const goals = new Map(vectors.map(({ vector }) => [vector.id, vector.goal]));
      return [
        renderText(result, {
          ...appearance(flags, terminal),
          verbose: flags.verbose,
          sourceLine: sourceLines(),
          hostGiven,
          goalOf: (id) => goals.get(id),
        }),
      ];
    }
  }
}

/** Lines of artifacts, for carets; a file that is gone since has none. */
function sourceLines(): (path: string, line: number) => string | undefined {
  const files = new Map<string, readonly string[]>();
  return (path, line) => {
    let lines = files.get(path);
    if (lines === undefined) {
      try {
        lines = readFileSync(path, 'utf8').split(/\r?\n/);
      } catch {
        lines = [];
      }
      files.set(path, lines);
    }
    return lines[line - 1];
  };
}

/** What may make the run fail. */
interface Counted {
  readonly findings: readonly Finding[];
  readonly missesStandard: boolean;
}

export function exitCode(
  result: ResultDocument,
  { findings, missesStandard }: Counted,
  flags: CheckFlags,
  threshold: Threshold | undefined,
): number {
  const fatal = result.errors.some((error) => !error.code.startsWith('suppression-'));
  if (fatal && (flags.strict || result.targets.length === 0)) return EXIT.failed;
  if (threshold === undefined) return EXIT.done;
  return missesStandard || findings.some((finding) => countsAgainst(finding, threshold)) ? EXIT.findings : EXIT.done;
}

/** What makes the run fail, if anything does: flags win over the configuration. */
export function thresholdOf(
  flags: Pick<CheckFlags, 'failOn' | 'minDepth'>,
  { config }: SessionOptions,
): Threshold | undefined {
  const minDepth = flags.minDepth === undefined ? (config.minDepth ?? 0) : Number(flags.minDepth);
  if (!Number.isInteger(minDepth) || minDepth < 0)
    throw new CofferdamError('usage', `--min-depth \`${flags.minDepth}\` is not a count`, 'write --min-depth 2');
  const severity = flags.failOn ?? config.failOn;
  return severity === undefined ? undefined : { severity, minDepth };
}
