import { appendFileSync, existsSync, readFileSync, writeFileSync } from 'node:fs';
import { z } from 'zod';
import { CofferdamError } from '../../posture/index.ts';

/** What a run is of. Two runs with one of these make the same samples and ask the same. */
const heading = z.object({
  schema: z.literal('cofferdam.agreement/1'),
  version: z.string(),
  seed: z.number(),
  kernel: z.string(),
  vectors: z.array(z.string()),
});

/**
 * One sample through one runtime. `predicted` and `proven` have a letter a vector, in the order of the heading: `o`pen, `b`locked,
 * `u`nknown, `-` not applicable or not asked.
 */
const entry = z.union([
  z.object({
    runtime: z.string(),
    sample: z.number(),
    predicted: z.string(),
    proven: z.string(),
    facts: z.array(z.object({ key: z.string(), predicted: z.string(), observed: z.string() })),
  }),
  z.object({ runtime: z.string(), sample: z.number(), refused: z.string() }),
]);

export type Heading = z.infer<typeof heading>;
export type Entry = z.infer<typeof entry>;

/** What a run has found so far, in memory and, where a path is given, in a file of JSON Lines that a later run goes on with. */
export class AgreementLog {
  readonly heading: Heading;
  readonly #entries: Entry[];
  readonly #path: string | undefined;

  private constructor(head: Heading, entries: Entry[], path: string | undefined) {
    this.heading = head;
    this.#entries = entries;
    this.#path = path;
  }

  /** @throws CofferdamError where the file is of another run, or no such file at all. */
  static open(head: Heading, path: string | undefined): AgreementLog {
    if (path === undefined) return new AgreementLog(head, [], undefined);
    if (!existsSync(path)) {
      writeFileSync(path, `${JSON.stringify(head)}\n`);
      return new AgreementLog(head, [], path);
    }
    const [first, ...rest] = readFileSync(path, 'utf8').split('\n');
    const found = heading.safeParse(parsed(first ?? ''));
    if (!found.success) throw foreign(path, 'it is no log of an agreement run');
    if (JSON.stringify(found.data) !== JSON.stringify(head)) throw foreign(path, differenceOf(found.data, head));
    // The last line may have been cut short by a kill: that sample is made again.
    const entries = rest.flatMap((line) => entry.safeParse(parsed(line)).data ?? []);
    writeFileSync(path, [head, ...entries].map((line) => `${JSON.stringify(line)}\n`).join(''));
    return new AgreementLog(head, entries, path);
  }

  get entries(): readonly Entry[] {
    return this.#entries;
  }

  has(runtime: string, sample: number): boolean {
    return this.#entries.some((one) => one.runtime === runtime && one.sample === sample);
  }

  add(one: Entry): void {
    this.#entries.push(one);
    if (this.#path !== undefined) appendFileSync(this.#path, `${JSON.stringify(one)}\n`);
  }
}

function parsed(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}

function differenceOf(found: Heading, head: Heading): string {
  const keys = ['version', 'seed', 'kernel', 'vectors'] as const;
  const differing = keys.filter((key) => JSON.stringify(found[key]) !== JSON.stringify(head[key]));
  return `it is of a run with another ${differing.join(', ')}`;
}

function foreign(path: string, why: string): CofferdamError {
  return new CofferdamError('agreement-log', `${path} cannot be gone on with: ${why}`, 'choose another --log', {
    path,
  });
}
