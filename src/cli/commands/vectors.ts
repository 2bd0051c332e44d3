import { loadConfig, ownVectorsOf, vectorsOf, withVectors } from '../../check/index.ts';
import { PHASES } from '../../lifecycle/index.ts';
import { MECHANISMS } from '../../model/index.ts';
import { CofferdamError } from '../../posture/index.ts';
import { type ListFormat, renderVectors } from '../../report/catalogue.ts';
import type { Vector } from '../../vectors/index.ts';
import { EXIT } from '../exit.ts';
import type { Terminal } from '../terminal.ts';
import { workingFolder } from '../working-folder.ts';
import { noteProblems } from './test-vectors.ts';

export interface VectorsFlags {
  readonly format: ListFormat;
  readonly phase?: string;
  readonly mechanism?: string;
  readonly severity?: string;
  readonly search?: string;
  readonly config?: string;
  readonly vectors: readonly string[];
}

export async function vectorsCommand(flags: VectorsFlags, terminal: Terminal): Promise<number> {
  mustBeOneOf('phase', flags.phase, PHASES);
  mustBeOneOf('mechanism', flags.mechanism, MECHANISMS);
  const cwd = workingFolder();
  const config = withVectors(loadConfig(flags.config, ['.'], cwd), flags.vectors, cwd);
  const vectors = await vectorsOf(config);
  const { problems } = await ownVectorsOf(config);
  const chosen = vectors.filter((vector) => isWanted(vector, flags));
  terminal.result(renderVectors(chosen, flags.format, { width: terminal.width, color: terminal.color }));
  noteProblems(problems, terminal);
  return problems.length > 0 ? EXIT.failed : EXIT.done;
}

function isWanted(vector: Vector, flags: VectorsFlags): boolean {
  if (flags.phase !== undefined && vector.phase !== flags.phase) return false;
  if (flags.mechanism !== undefined && vector.mechanism !== flags.mechanism) return false;
  if (flags.severity !== undefined && vector.severity !== flags.severity) return false;
  const text = `${vector.id} ${vector.title} ${JSON.stringify(vector.refs)}`.toLowerCase();
  return flags.search === undefined || text.includes(flags.search.toLowerCase());
}

function mustBeOneOf(flag: string, value: string | undefined, allowed: readonly string[]): void {
  if (value === undefined || allowed.includes(value)) return;
  throw new CofferdamError('usage', `--${flag} \`${value}\` is not known`, `choose one of ${allowed.join(', ')}`);
}
