import { CofferdamError } from '../../posture/index.ts';
import type { Example, Verdict } from '../../vectors/index.ts';
import { compileCatalogue } from '../catalogue.ts';
import { judgeExample } from '../example.ts';
import type { OwnVector } from './vector.ts';

/** What became of one vector's examples. */
export interface VectorTest {
  readonly id: string;
  readonly path: string;
  readonly examples: number;
  readonly failures: readonly ExampleFailure[];
}

interface ExampleFailure {
  /** `example 2: docker run --privileged img`. */
  readonly example: string;
  /** `expected open, is blocked`. */
  readonly what: string;
  /** The explanation tree. */
  readonly because: readonly string[];
}

/** Judges the examples of each vector, and asks that they show it open as well as blocked. */
export async function testVectors(vectors: readonly OwnVector[]): Promise<readonly VectorTest[]> {
  const catalogue = compileCatalogue(vectors.map((own) => own.vector));
  const tests: VectorTest[] = [];
  for (const { vector, place } of vectors) {
    const judged: (ExampleFailure | undefined)[] = [];
    for (const [i, example] of vector.examples.entries()) judged.push(await failureOf(vector, example, i, catalogue));
    const failures = [...judged.filter((failure) => failure !== undefined), ...missing(vector.examples)];
    tests.push({ id: vector.id, path: place.path, examples: vector.examples.length, failures });
  }
  return tests;
}

async function failureOf(
  vector: OwnVector['vector'],
  example: Example,
  index: number,
  catalogue: ReturnType<typeof compileCatalogue>,
): Promise<ExampleFailure | undefined> {
  const name = `example ${index + 1}: ${artifactText(example)}`;
  try {
    const { verdict, judged, because } = await judgeExample(vector, example, catalogue);
    if (verdict !== example.verdict)
      return { example: name, what: `expected ${example.verdict}, is ${verdict}`, because };
    if (example.depth === undefined || judged?.depth === example.depth) return undefined;
    return { example: name, what: `expected depth ${example.depth}, is ${judged?.depth ?? 'none'}`, because };
  } catch (error) {
    if (!(error instanceof CofferdamError)) throw error;
    return { example: name, what: `cannot be read: ${error.message}`, because: [error.hint] };
  }
}

/** What an example states beside its artifact. */
const BESIDE = new Set(['verdict', 'depth', 'of', 'engine', 'host', 'withDaemon']);

function artifactText(example: Example): string {
  const [kind = '', text = ''] = Object.entries(example).find(([key]) => !BESIDE.has(key)) ?? [];
  const [first = '', ...more] = String(text).trim().split('\n');
  return `${kind} ${first}${more.length > 0 ? ' …' : ''}`;
}

/** An example that only ever shows one verdict proves little: a vector that is always blocked would pass. */
function missing(examples: readonly Example[]): readonly ExampleFailure[] {
  const wanted: readonly Verdict[] = ['open', 'blocked'];
  return wanted
    .filter((verdict) => !examples.some((example) => example.verdict === verdict))
    .map((verdict) => ({ example: 'examples', what: `none is ${verdict}`, because: [] }));
}
