import { z } from 'zod';
import type { Because } from '../check/result.ts';
import { PHASES } from '../lifecycle/index.ts';
import { MECHANISMS } from '../model/mechanism.ts';

/**
 * The result document as a schema: published as `schema/result-1.json`, and held against the type in the test, so that the two
 * cannot part. Objects stay open: a later version may add fields to `cofferdam.result/1`.
 */
const severity = z.enum(['critical', 'high', 'medium', 'low']);
const mechanism = z
  .enum(MECHANISMS)
  .meta({ id: 'mechanism', description: 'What isolates. kernel: the feature is absent or switched off.' });
const count = z.int().min(0);
const line = z.int().min(1);
const texts = z.array(z.string()).readonly();

const place = z.object({ path: z.string(), line, column: line, endColumn: line.exactOptional() }).meta({
  id: 'place',
  description:
    'A place in an artifact. Lines and columns are 1-based and count UTF-16 code units; endColumn is exclusive, on the same line.',
});

const because: z.ZodType<Because> = z
  .object({
    text: z.string(),
    result: z.enum(['passes', 'closed', 'unknown']).describe('passes: the gate lets the attacker through'),
    mechanism: mechanism.exactOptional(),
    source: z.string().exactOptional(),
    place: place.exactOptional(),
    get children() {
      return z.array(because).readonly().exactOptional();
    },
  })
  .meta({ id: 'because', description: 'A node of the explanation tree; a leaf is one gate.' });

const fix = z
  .object({
    changes: texts.describe('Made together, each in the language of the artifact'),
    places: z
      .array(place.nullable())
      .readonly()
      .describe('For each change the statement that it takes back; null where it adds one'),
    cost: z.number().describe('Trouble that the changes make, 1 for each that takes something back'),
    closes: texts.describe('Other open vectors of the target that the same changes close'),
  })
  .meta({ id: 'fix' });

const suppression = z
  .object({ reason: z.string(), until: z.string().exactOptional(), place })
  .meta({ id: 'suppression' });

const proof = z
  .object({
    verdict: z.enum(['open', 'blocked', 'unknown']),
    by: mechanism.nullable().describe('The mechanism that refused, as far as errors and control experiments tell'),
    agrees: z.boolean().nullable().describe('With the prediction; null where one of the two is unknown'),
    evidence: texts.describe('Calls and their results'),
    why: z.string().exactOptional(),
  })
  .meta({ id: 'proof' });

const sandbox = z
  .object({
    runtime: z.string(),
    failure: z.object({ message: z.string(), hint: z.string() }).exactOptional(),
    missing: z
      .array(z.object({ step: z.string(), why: z.string() }))
      .readonly()
      .describe('Parts of the configuration that the sandbox lacks'),
  })
  .meta({ id: 'sandbox', description: 'The sandbox that probes ran in.' });

const finding = z
  .object({
    id: z.string().describe('Stable between runs: made from target id and vector'),
    vector: z.string(),
    title: z.string(),
    verdict: z.enum(['open', 'blocked', 'unknown']),
    depth: count.describe(
      'Least number of mechanisms that must fail before the vector opens: 0 when open, a lower bound when unknown',
    ),
    severity,
    phase: z.enum(PHASES),
    mechanism,
    heldBy: z
      .array(z.array(mechanism).readonly())
      .readonly()
      .describe('Every minimal set of mechanisms whose failure opens the vector'),
    source: place.nullable().describe('Where the deciding statement stands; null when a default decided'),
    statement: z.string(),
    because: texts.describe('The explanation tree, a line a node'),
    tree: because,
    fixes: z.array(fix).readonly().describe('Smallest sets of changes that close the vector, fewest changes first'),
    settledBy: texts.describe('Keys of the facts that would settle an unknown'),
    proof: proof.nullable().describe('What a kernel said, where it was asked and can answer'),
    suppressed: suppression.nullable(),
  })
  .meta({ id: 'finding' });

const outcome = z.enum(['passed', 'failed', 'unknown']);

const standard = z
  .object({
    name: z.string(),
    version: z.string(),
    result: outcome,
    items: z
      .array(
        z.object({
          id: z.string(),
          title: z.string(),
          result: outcome,
          detail: z.string(),
          source: z.object({
            path: z.string().exactOptional(),
            line: line.exactOptional(),
            column: line.exactOptional(),
            endColumn: line.exactOptional(),
          }),
        }),
      )
      .readonly(),
  })
  .meta({ id: 'standard' });

const mechanismSets = z.array(z.array(mechanism).readonly()).readonly();

const pastFamily = z
  .object({
    family: z.string(),
    entries: count,
    open: count.describe('Every condition holds: the object would have been exposed'),
    openLowConfidence: count.describe('Of the open ones those whose record is of low confidence'),
    unknown: count,
    blocked: count,
    notInUse: count.describe('The component has no part in the object, or the attacker would be another one'),
    notAffected: count.describe('The release in use is known to be another one than those affected'),
    stoppedBy: z
      .array(z.object({ mechanisms: z.array(mechanism).readonly(), entries: count }))
      .readonly()
      .describe('Mechanisms that suffice to stop an entry, alone or together; one entry can count in several rows'),
    depths: z
      .array(z.object({ depth: count, entries: count }))
      .readonly()
      .describe('Blocked entries by the least number of mechanisms that must fail'),
  })
  .meta({ id: 'pastFamily' });

const pastFinding = z
  .object({
    id: z.string().describe('CVE or GHSA id, or the id of an own entry'),
    title: z.string(),
    component: z.string(),
    family: z.string(),
    phase: z.enum(PHASES),
    confidence: z.enum(['high', 'medium', 'low']).describe('Of the record'),
    own: z.boolean(),
    verdict: z.enum(['open', 'blocked', 'unknown', 'not-applicable']),
    why: z.string().describe('Why it is not applicable; empty for other verdicts'),
    depth: count,
    heldBy: mechanismSets.describe('Every minimal set of mechanisms whose failure opens it'),
    stoppedBy: mechanismSets.describe('Every minimal set of mechanisms that suffices to stop it'),
    settledBy: texts,
    because: texts.exactOptional().describe('Written with --verbose only'),
    tree: because.exactOptional().describe('Written with --verbose only'),
  })
  .meta({ id: 'pastFinding' });

const past = z
  .object({
    data: z.object({
      collected: z.string().describe('Day on which the records were put together'),
      entries: count,
      own: count,
      outdated: z.boolean().describe('More than a year old'),
    }),
    families: z.array(pastFamily).readonly(),
    entries: z.array(pastFinding).readonly(),
  })
  .meta({ id: 'past', description: 'Past vulnerabilities that the object would have been exposed to.' });

const target = z
  .object({
    id: z.string().describe('Stable between runs: compose.yaml#web'),
    kind: z.enum(['workload', 'image', 'engine', 'host', 'cluster']),
    name: z.string(),
    artifact: z.string(),
    source: place,
    engine: z.string().nullable().describe('docker@29.7.2; null where no engine starts the object'),
    engineStated: z.boolean().describe('False: nobody said which, so the newest known was taken'),
    findings: z.array(finding).readonly().describe('Every vector that applies: open, unknown, blocked; worst first'),
    standards: z.array(standard).readonly(),
    sandbox: sandbox.exactOptional(),
    past: past.exactOptional(),
  })
  .meta({ id: 'target' });

export const problem = z
  .object({
    path: z.string(),
    line: line.exactOptional(),
    column: line.exactOptional(),
    code: z.string(),
    message: z.string(),
    hint: z.string(),
  })
  .meta({ id: 'problem', description: 'An error that left the rest of the work standing.' });

export const resultSchema = z.object({
  schema: z.literal('cofferdam.result/1'),
  tool: z.object({ name: z.literal('cofferdam'), version: z.string() }),
  targets: z.array(target).readonly(),
  errors: z.array(problem).readonly(),
  skipped: z.array(z.object({ path: z.string(), what: z.string(), remedy: z.string() })).readonly(),
  summary: z.object({
    targets: count,
    open: z.object({ critical: count, high: count, medium: count, low: count }),
    blocked: count,
    unknown: count,
    suppressed: count,
    errors: count,
    proof: z
      .object({ agrees: count, disagrees: count, settled: count, untold: count, unprovable: count })
      .describe('Findings by what came of the question to the kernel')
      .exactOptional(),
  }),
});

/** The text of `schema/result-1.json`. */
export function resultSchemaText(): string {
  const { $schema, ...rest } = z.toJSONSchema(resultSchema, {
    target: 'draft-2020-12',
    io: 'input',
    // `readonly` of the type says nothing about a document; `readOnly` of JSON Schema would.
    override: ({ jsonSchema }) => {
      delete jsonSchema.readOnly;
      // Written with `--verbose` only.
      if (jsonSchema.required?.includes('tree'))
        jsonSchema.required = jsonSchema.required.filter((key) => key !== 'tree');
    },
  });
  const head = { $schema, $id: 'urn:cofferdam:result:1', title: 'Result of cofferdam check' };
  return `${JSON.stringify({ ...head, ...rest }, null, 2)}\n`;
}
