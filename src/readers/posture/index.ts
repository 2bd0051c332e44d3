import { type PostureDocument, PostureReader } from '../../posture/document.ts';
import { CofferdamError, type Place, type Statement } from '../../posture/index.ts';
import type { ReadOptions, ReadResult, Subject } from '../subject.ts';

/**
 * Reads posture documents (`cofferdam.posture/1`): one of them as a whole file, or one a line (JSON Lines). They come from
 * `cofferdam export --format posture` or from a program of the user's.
 */
export function readPostures(text: string, path: string, _options: ReadOptions): ReadResult {
  const reader = new PostureReader();
  const subjects: Subject[] = [];
  const problems: CofferdamError[] = [];
  for (const { line, number } of linesOf(text.replace(/^\uFEFF/, ''))) {
    const read = readPosture(reader, line, { path, line: number, column: 1 });
    if (read instanceof CofferdamError) problems.push(read);
    else subjects.push(read);
  }
  return { subjects, problems, skipped: [] };
}

/** The object of one line, or what is wrong with it. */
export function readPosture(reader: PostureReader, line: string, at: Partial<Place>): Subject | CofferdamError {
  try {
    return subjectOf(reader.read(line, at), at);
  } catch (error) {
    if (error instanceof CofferdamError) return error;
    throw error;
  }
}

/** A document over several lines begins with a line that is no object of its own. */
function linesOf(text: string): readonly { readonly line: string; readonly number: number }[] {
  const lines = text.split('\n').map((line, i) => ({ line: line.trim(), number: i + 1 }));
  const kept = lines.filter(({ line }) => line !== '');
  const [first] = kept;
  return first === undefined || first.line.endsWith('}') ? kept : [{ line: text, number: first.number }];
}

const FAMILIES: ReadonlySet<string> = new Set(['docker', 'podman', 'kubernetes', 'runc', 'crun']);

function subjectOf(document: PostureDocument, at: Partial<Place>): Subject {
  const { id, kind, name, artifact, place, statements, engine } = document;
  const base = { id, kind, name, artifact, place, layers: layersOf(statements), suppressions: [] };
  if (engine === undefined) return { ...base, assembled: {} };
  if (engine.includes('@')) return { ...base, assembled: { engine } };
  if (FAMILIES.has(engine)) return { ...base, engine: engine as NonNullable<Subject['engine']> };
  const hint = `write one of ${[...FAMILIES].join(', ')}; or NAME@VERSION where its defaults are among the statements`;
  throw new CofferdamError('unknown-engine', `engine \`${engine}\` is not known`, hint, at);
}

/** The order of statements decides, so a phase that comes again is a layer of its own. */
function layersOf(statements: readonly Statement[]): Subject['layers'] {
  const layers: { phase: Statement['phase']; statements: Statement[] }[] = [];
  for (const statement of statements) {
    const last = layers.at(-1);
    if (last?.phase === statement.phase) last.statements.push(statement);
    else layers.push({ phase: statement.phase, statements: [statement] });
  }
  return layers;
}
