import { PHASES } from '../../lifecycle/index.ts';
import { CofferdamError, type Layer, type Place, Unknown, type Value } from '../../posture/index.ts';
import { parseBoolean } from '../go-boolean.ts';
import { referenceFacts } from '../image-reference.ts';
import { Problems } from '../problems.ts';
import type { ReadOptions, Subject } from '../subject.ts';
import { type FlagUse, type OpenUse, oneLine, parseArguments } from './arguments.ts';
import type { RunCommand } from './command-line.ts';
import { Emission, type Facts } from './emission.ts';
import { emitFlag, emitOpen } from './emitters.ts';
import { runTable } from './flags.ts';
import type { SourceText } from './source-text.ts';
import { suppressionsOf } from './suppressions.ts';
import { type Argument, isKnown, type Span } from './words.ts';

type Use = FlagUse | OpenUse;

interface RunSubject {
  readonly subject?: Subject;
  readonly problems: readonly CofferdamError[];
}

/** The container that one command starts. `span` is the whole command, for the comments about it. */
export function subjectOf(
  command: RunCommand,
  span: Span,
  source: SourceText,
  options: ReadOptions,
  taken: Map<string, number>,
): RunSubject {
  const { engine } = command;
  const table = runTable(engine);
  const parsed = parseArguments(command.args, table, source);
  const uses: readonly Use[] = [...command.globals, ...parsed.uses];
  if (switchedOn(uses, 'help')) return { problems: [] };
  const { image } = parsed;
  const place = source.place({ start: command.name.span.start, end: span.end });
  if (image === undefined && !uses.some((use) => use.kind === 'open')) {
    return { problems: [...parsed.problems, noImage(place)] };
  }
  const out = new Emission(engine, options, source);
  for (const use of inOrder(uses)) {
    if (use.kind === 'flag') emitFlag(use, out);
    else emitOpen(use, table, out);
  }
  const fromDirectory = switchedOn(uses, 'rootfs');
  if (image !== undefined && !fromDirectory) stateImage(image, out);
  stateArguments(parsed.rest, out);
  const suppressionProblems = new Problems();
  const suppressions = suppressionsOf(source, span, suppressionProblems);
  const name = nameOf(uses) ?? (image === undefined || !isKnown(image.text) ? (image?.raw ?? 'unknown') : image.text);
  const subject: Subject = {
    id: uniqueId(`${source.path}:${place.line}#${name}`, taken),
    kind: 'workload',
    name,
    artifact: engine === 'podman' ? 'podman-run' : 'docker-run',
    place,
    layers: layersOf(out),
    ...(engine !== 'nerdctl' && command.certain && { engine }),
    ...(!fromDirectory && { image: imageValue(image) }),
    suppressions,
  };
  return { subject, problems: [...parsed.problems, ...out.problems, ...suppressionProblems.list] };
}

function noImage(place: Place): CofferdamError {
  return new CofferdamError('no-image', 'the line names no image', 'put the image behind the flags', place);
}

function imageValue(image: Argument | undefined): Value<string> {
  if (image === undefined) return new Unknown('the image stands in a variable');
  return isKnown(image.text) ? image.text : new Unknown(`the image is ${image.raw}`);
}

/** Flags that engines apply before or after all others come first or last; the rest as they stand. */
function inOrder(uses: readonly Use[]): Use[] {
  const rank = (use: Use): number => (use.kind === 'open' ? 0 : use.flag.early ? -1 : use.flag.late ? 1 : 0);
  return [...uses].sort((a, b) => rank(a) - rank(b));
}

function lastOf(uses: readonly Use[], name: string): FlagUse | undefined {
  return uses.findLast((use): use is FlagUse => use.kind === 'flag' && use.flag.name === name);
}

function switchedOn(uses: readonly Use[], name: string): boolean {
  return parseBoolean(lastOf(uses, name)?.value ?? 'false') === true;
}

function nameOf(uses: readonly Use[]): string | undefined {
  const name = lastOf(uses, 'name')?.value;
  return name !== undefined && name !== '' && isKnown(name) ? name : undefined;
}

function uniqueId(id: string, taken: Map<string, number>): string {
  const count = (taken.get(id) ?? 0) + 1;
  taken.set(id, count);
  return count === 1 ? id : `${id}~${count}`;
}

function stateImage(image: Argument, out: Emission): void {
  const use = openAt(image);
  if (!isKnown(image.text)) {
    out.open(use, ['image.reference', 'image.registry', 'image.tag', 'image.digest']);
    return;
  }
  const facts = referenceFacts(image.text.replace(/^docker:\/\//, ''));
  out.state(use, { ...facts, 'image.reference': image.text });
}

function openAt({ span, via, raw }: Argument): OpenUse {
  const why = `${raw} is not known before the line runs`;
  return { kind: 'open', why, harmless: true, span, ...(via && { via }), text: oneLine(raw) };
}

/** What is executed: the entry point that the line names, then its words behind the image. */
function stateArguments(rest: readonly Argument[], out: Emission): void {
  const entrypoint = out.kept<FlagUse | undefined>('entrypoint', undefined);
  const [first] = rest;
  const at = entrypoint ?? (first && openAt(first));
  if (at === undefined) return;
  const words = [...(entrypoint ? [entrypoint.value] : []), ...rest.map(({ text }) => text)].filter((w) => w !== '');
  const known = words.every(isKnown) && !rest.some(({ splits }) => splits);
  const argv = known ? words : new Unknown('parts of the command are not known before the line runs');
  const facts: Facts = { 'process.argv': argv };
  out.state(at, facts, entrypoint ? {} : { text: oneLine(rest.map(({ raw }) => raw).join(' ')) });
}

function layersOf(out: Emission): Layer[] {
  return PHASES.map((phase) => ({ phase, statements: out.statements.filter((one) => one.phase === phase) })).filter(
    (layer) => layer.statements.length > 0,
  );
}
