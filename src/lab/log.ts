import { appendFileSync, existsSync, readFileSync, writeFileSync } from 'node:fs';
import { z } from 'zod';
import { CofferdamError } from '../posture/index.ts';

/** What a run is of: two with the same of these measure the same things. `started` is when the first of them was. */
const heading = z.object({
  schema: z.literal('cofferdam.lab-log/1'),
  version: z.string(),
  kernel: z.string(),
  vectors: z.array(z.string()),
  seed: z.int(),
  started: z.string(),
});

const entry = z.object({ part: z.string(), of: z.string(), value: z.unknown() });

type Heading = z.infer<typeof heading>;
type Entry = z.infer<typeof entry>;

/** What a run has found so far, in memory and, where a path is given, in a file of JSON Lines that a later run goes on with. */
export class LabLog {
  readonly heading: Heading;
  readonly #entries: Map<string, unknown>;
  readonly #path: string | undefined;

  private constructor(head: Heading, entries: readonly Entry[], path: string | undefined) {
    this.heading = head;
    this.#entries = new Map(entries.map(({ part, of, value }) => [keyOf(part, of), value]));
    this.#path = path;
  }

  /**
   * `seed`: undefined takes that of the file, else one of the moment.
   * @throws CofferdamError where the file is of another run, or no such file at all.
   */
  static open(
    { seed, ...given }: Omit<Heading, 'schema' | 'seed'> & { readonly seed: number | undefined },
    path: string | undefined,
  ): LabLog {
    const fresh = (): Heading =>
      heading.parse({ schema: 'cofferdam.lab-log/1', ...given, seed: seed ?? Date.now() % 2 ** 31 });
    if (path === undefined) return new LabLog(fresh(), [], undefined);
    if (!existsSync(path)) return new LabLog(written(path, fresh(), []), [], path);
    const [first, ...rest] = accessing(path, () => readFileSync(path, 'utf8')).split('\n');
    const found = heading.safeParse(parsed(first ?? ''));
    if (!found.success) throw foreign(path, 'it is no log of a lab run');
    const differing = differences(found.data, { ...given, seed: seed ?? found.data.seed });
    if (differing.length > 0) throw foreign(path, `it is of a run with another ${differing.join(', ')}`);
    // The last line may have been cut short by a kill: that part is measured again.
    const entries = rest.flatMap((line) => entry.safeParse(parsed(line)).data ?? []);
    return new LabLog(written(path, found.data, entries), entries, path);
  }

  /** What an earlier run found; undefined where it found nothing, or something of another shape. */
  get<T>(part: string, of: string, shape: z.ZodType<T>): T | undefined {
    return shape.safeParse(this.#entries.get(keyOf(part, of))).data;
  }

  add(part: string, of: string, value: unknown): void {
    this.#entries.set(keyOf(part, of), value);
    const path = this.#path;
    if (path !== undefined) accessing(path, () => appendFileSync(path, `${JSON.stringify({ part, of, value })}\n`));
  }
}

const keyOf = (part: string, of: string): string => `${part} ${of}`;

function written(path: string, head: Heading, entries: readonly Entry[]): Heading {
  accessing(path, () => writeFileSync(path, [head, ...entries].map((line) => `${JSON.stringify(line)}\n`).join('')));
  return head;
}

function accessing<T>(path: string, act: () => T): T {
  try {
    return act();
  } catch (error) {
    throw foreign(path, (error as Error).message);
  }
}

function parsed(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}

function differences(found: Heading, wanted: Omit<Heading, 'schema' | 'started'>): readonly string[] {
  const keys = ['version', 'kernel', 'vectors', 'seed'] as const;
  return keys.filter((key) => JSON.stringify(found[key]) !== JSON.stringify(wanted[key]));
}

function foreign(path: string, why: string): CofferdamError {
  return new CofferdamError('lab-log', `${path} cannot be gone on with: ${why}`, 'choose another --resume', { path });
}
