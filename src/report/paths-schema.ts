import { z } from 'zod';
import { MECHANISMS } from '../model/mechanism.ts';
import type { StepClass } from '../past/index.ts';
import { COSTS, type CostName } from '../paths/costs.data.ts';
import type { Controls, PathsDocument } from '../paths/document.ts';
import type { Certainty } from '../paths/path-graph.ts';
import { problem } from './result-schema.ts';

/**
 * The document of `paths` as a schema: published as `schema/paths-1.json`, and of the type that is written, so that the two cannot
 * part. Objects stay open: a later version may add fields to `cofferdam.paths/1`.
 */
const count = z.int().min(0);
const cost = z.number().min(0);
const line = z.int().min(1);
const texts = z.array(z.string()).readonly();

const costNames = Object.keys(COSTS) as [CostName, ...CostName[]];
const FLAWS = [
  'kernel-bug',
  'runtime-bug',
  'engine-bug',
  'orchestrator-bug',
  'hypervisor-bug',
] as const satisfies StepClass[];
const CERTAINTIES = ['configured', 'not-settled', 'known-flaw', 'new-flaw'] as const satisfies Certainty[];

const certainty = z.enum(CERTAINTIES).meta({
  id: 'certainty',
  description:
    'By what is configured; if facts turn out so that nobody stated; by a known flaw; by one still to be found',
});

const place = z.object({ path: z.string(), line, column: line, endColumn: line.exactOptional() }).meta({ id: 'place' });

const named = z
  .object({ id: z.string().describe('Stable between runs: code:container:compose.yaml#web'), label: z.string() })
  .meta({ id: 'named', description: 'A state: something that an attacker can hold.' });

const cause = z
  .discriminatedUnion('kind', [
    z.object({
      kind: z.literal('vector'),
      target: z.string(),
      vector: z.string(),
      title: z.string(),
      verdict: z.enum(['open', 'unknown', 'blocked']),
      statement: z.string(),
      mechanisms: z.array(z.enum(MECHANISMS)).readonly().describe('Of a blocked one: what must fail'),
      dearer: count.describe('Of a blocked one: others that lead the same way and cost no less'),
    }),
    z.object({
      kind: z.literal('rule'),
      rule: z.string(),
      says: z.string(),
      assumed: z.string().exactOptional(),
    }),
    z.object({ kind: z.literal('known'), target: z.string(), ids: texts }),
    z.object({
      kind: z.literal('flaw'),
      target: z.string(),
      flaw: z.enum(FLAWS),
      perYear: z.number().min(0).describe('By history: how many a year would have served here'),
      years: z.number().min(0),
      through: texts.describe('Open vectors that add to what of the kernel is within reach'),
    }),
  ])
  .meta({ id: 'cause', description: 'Why a step can be taken.' });

const step = z
  .object({
    from: z.array(named).readonly().describe('All of them are needed'),
    to: named,
    cost,
    price: z.array(z.object({ name: z.enum([...costNames, ...FLAWS]), cost })).readonly(),
    cause,
    place: place.nullable(),
  })
  .meta({ id: 'step' });

const change = z
  .object({ id: z.string().regex(/^C\d+$/), text: z.string(), cost, targets: texts })
  .meta({ id: 'change', description: 'A change of the configuration, as a fix of `check` names it.' });

const controls: z.ZodType<Controls> = z.object({
  changes: z.array(change).readonly(),
  cost,
  bound: cost.describe('Nothing cheaper than this cuts all ways; equal to `cost` when proven'),
  proven: z.boolean(),
  others: z.array(z.array(change).readonly()).readonly().describe('Other sets of the same cost'),
  othersComplete: z.boolean(),
  uncut: z
    .array(z.object({ asset: named, steps: z.array(step).readonly() }))
    .readonly()
    .describe('Assets that no known change cuts off, each with what is left'),
  after: z
    .array(
      z.object({
        asset: named,
        cost: cost.nullable(),
        certainty: certainty.nullable(),
        steps: z.array(step).readonly(),
      }),
    )
    .readonly(),
});

const pathsSchema: z.ZodType<PathsDocument> = z.object({
  schema: z.literal('cofferdam.paths/1'),
  tool: z.object({ name: z.literal('cofferdam'), version: z.string() }),
  size: z.object({ states: count, steps: count, containers: count }),
  costs: z.record(z.enum(costNames), cost),
  entries: z.array(named).readonly(),
  assets: z.array(named).readonly(),
  reach: z
    .array(
      z.object({
        entry: named,
        assets: z.array(z.object({ asset: named, cost, steps: count, certainty })).readonly(),
        containers: texts.describe('Entered by what is configured'),
        credentials: texts.describe('Read by what is configured'),
      }),
    )
    .readonly(),
  reachLeftOut: count.describe('Entries that were not followed one by one, because there are too many'),
  paths: z
    .array(
      z.object({
        from: named,
        to: named,
        rank: z.union([z.int().min(1), z.literal('configured')]),
        cost,
        certainty,
        steps: z.array(step).readonly(),
      }),
    )
    .readonly(),
  chokePoints: z
    .array(
      z.object({
        from: z.array(named).readonly(),
        asset: named,
        states: z.array(named).readonly(),
        steps: z.array(step).readonly(),
      }),
    )
    .readonly()
    .describe('Without any one of these no configured way to the asset is left'),
  controls: controls.nullable(),
  whatIf: z
    .object({
      changes: z.array(change).readonly(),
      closes: count.describe('Steps that are gone'),
      rows: z
        .array(z.object({ entry: named, asset: named, before: cost.nullable(), after: cost.nullable() }))
        .readonly()
        .describe('Cost of the cheapest way; null where there is none'),
    })
    .nullable(),
  notes: texts.describe('What was cut short or has no effect'),
  errors: z.array(problem).readonly(),
  skipped: z.array(z.object({ path: z.string(), what: z.string(), remedy: z.string() })).readonly(),
});

/** The text of `schema/paths-1.json`. */
export function pathsSchemaText(): string {
  const { $schema, ...rest } = z.toJSONSchema(pathsSchema, {
    target: 'draft-2020-12',
    io: 'input',
    // `readonly` of the type says nothing about a document; `readOnly` of JSON Schema would.
    override: ({ jsonSchema }) => {
      delete jsonSchema.readOnly;
    },
  });
  const head = { $schema, $id: 'urn:cofferdam:paths:1', title: 'Attack paths of cofferdam paths' };
  return `${JSON.stringify({ ...head, ...rest }, null, 2)}\n`;
}
