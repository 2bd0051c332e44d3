/**
 * What a run of the lab found, as it is written down: the one shape that the table, the CSV, the page and `lab diff` are made from, and
 * that a resumed run goes on with. `schema/lab-1.json` is generated from it.
 */
import { z } from 'zod';
import { MECHANISMS } from '../model/index.ts';

const verdict = z.enum(['open', 'blocked', 'unknown']);
const mechanism = z.enum(MECHANISMS);

/** A median with its 95 % interval (distribution-free, from order statistics), and how many measurements. */
const measured = z.object({
  median: z.number(),
  low: z.number(),
  high: z.number(),
  count: z.int(),
});

/** One vector in one row. Absent from a row: not asked there. */
const cell = z.object({
  verdict,
  /** The mechanism that refused, as far as the kernel's answers tell. */
  by: mechanism.nullable(),
  /** Of the prediction; null where the sandbox is not seen from outside. */
  depth: z.int().nullable(),
  /** Every smallest set of mechanisms whose failure opens it, by the model. */
  heldBy: z.array(z.array(mechanism)),
  predicted: verdict.nullable(),
  evidence: z.array(z.string()),
  why: z.string().optional(),
});

/** How many are open, blocked, untold. */
const counts = z.object({ open: z.int(), blocked: z.int(), unknown: z.int() });

/** Host system calls that the sandbox's own machinery makes for it: of the machinery, not of what runs inside. */
const exposure = z.object({
  /** Distinct host system calls, and with them the kind of object (`openat file`, `ioctl /dev/kvm`). */
  calls: z.array(z.object({ name: z.string(), count: z.int(), objects: z.array(z.string()) })),
  /** While it started, and while the probe's work ran. */
  during: z.enum(['start', 'work']),
});

/** A runtime under a profile. */
export const row = z.object({
  runtime: z.string(),
  profile: z.string(),
  title: z.string(),
  /** What keeps it from the host's kernel: `os-level`, `user-space-kernel`, `virtual-machine`, `none`. */
  kind: z.enum(['none', 'os-level', 'user-space-kernel', 'virtual-machine']),
  /** `measured`, or why not: it cannot run here, it has no way to say this profile, it failed. */
  state: z.enum(['measured', 'unavailable', 'inexpressible', 'failed', 'skipped']),
  why: z.string().optional(),
  /** The command that would make it available. */
  enable: z.string().optional(),
  version: z.string().optional(),
  seconds: z.number().optional(),
  /** Parts of the profile that this machine or the runtime did not bring about. */
  missing: z.array(z.object({ step: z.string(), why: z.string() })).optional(),
  cells: z.record(z.string(), cell),
  /** The number of vectors open of those told. */
  reach: counts.optional(),
  exposure: z.array(exposure).optional(),
});

/** What a sandbox sees of the host. `same`: the host's own value; `own`: another; `absent`: not there; `unknown`: a value that any machine may have. */
const leak = z.object({
  runtime: z.string(),
  profile: z.string(),
  channel: z.string(),
  path: z.string(),
  seen: z.enum(['same', 'own', 'absent', 'refused', 'unknown']),
  /** Whether two sandboxes see the same of it: a way to find out that they are neighbours. */
  coResident: z.boolean().nullable(),
  evidence: z.array(z.string()),
});

/** A victim's work alone and beside a neighbour that does bounded work. */
const neighbour = z.object({
  runtime: z.string(),
  resource: z.string(),
  limited: z.boolean(),
  unit: z.string(),
  alone: measured,
  beside: measured,
  /** `beside` by `alone`: 1 is no suffering. */
  slowdown: measured,
  why: z.string().optional(),
});

/** Mechanisms left out of a start, or added to nothing. */
const ablationStep = z.object({
  /** `without`: all but these; `with`: these alone. */
  kind: z.enum(['without', 'with']),
  /** Whose mechanisms they are: of `hardened` for the most part. */
  profile: z.string(),
  /** Of the model, or a part of one: `mount/masked-paths`. */
  mechanisms: z.array(z.string()),
  /** Vectors whose proof differs from the start's (of `with`: from nothing's), by what they became. */
  opened: z.array(z.string()),
  closed: z.array(z.string()),
  /** Of the model's depth: what has a smallest set of mechanisms within those left out must open, and nothing else may. */
  agrees: z.array(z.string()),
  disagrees: z.array(z.object({ vector: z.string(), predicted: verdict, proven: verdict, why: z.string() })),
  /** Must open by its depth, but the kernel cannot be asked, or what holds it is not what could be left out here. */
  untold: z.array(z.string()),
  /** Why each of those, by vector. */
  whyUntold: z.record(z.string(), z.string()).optional(),
  state: z.enum(['measured', 'failed']),
  why: z.string().optional(),
});

/** By mechanism: the blocked vectors that only it holds, those that it holds with others or beside others. */
const holding = z.array(z.object({ mechanism: z.string(), alone: z.array(z.string()), shared: z.array(z.string()) }));

/** What kinds of mechanism do against vectors of privilege escalation: the question of Lin et al., ACSAC 2018. */
const mechanismGroup = z.object({
  profile: z.string(),
  group: z.string(),
  mechanisms: z.array(z.string()),
  /** Vectors that one of them refuses, alone or with others, by the model. */
  holds: z.int(),
  /** Without which at least one of the group's mechanisms left out alone opens them. */
  opensWithout: z.int(),
  /** That one of them closes when it is added alone to nothing. */
  closesAlone: z.int(),
});

const ablation = z.object({
  runtime: z.string(),
  /** Proofs of the hardened start and of nothing. */
  whole: counts,
  bare: counts,
  steps: z.array(ablationStep),
  mechanisms: holding,
  /** Of depth-one vectors: how many opened when their mechanism was left out. */
  agreement: z.object({ agree: z.int(), of: z.int() }),
  /** Other starts than the hardened one. */
  others: z.array(z.object({ profile: z.string(), whole: counts, mechanisms: holding })),
  groups: z.array(mechanismGroup),
  /** What was left out for want of time. */
  notes: z.array(z.string()),
});

/** The price of one operation in one runtime. */
const price = z.object({
  runtime: z.string(),
  /** `start`, `getpid`, `read`, `open`, `mmap`, `fork-exec`, `page-fault`, `pipe`, `loopback`, `cpu`, `create-delete`, `memory`, `density`. */
  operation: z.string(),
  unit: z.enum(['ns', 'us', 'ms', 'KiB', 'count']),
  value: measured.nullable(),
  why: z.string().optional(),
});

export const machine = z.object({
  kernel: z.string(),
  architecture: z.string(),
  processor: z.string(),
  cores: z.int(),
  memoryMiB: z.int(),
  securityModules: z.array(z.string()),
  controlGroups: z.string(),
  user: z.string(),
  node: z.string(),
});

/** A column: what a reader needs of a vector. */
const column = z.object({
  id: z.string(),
  title: z.string(),
  mechanism,
  phase: z.string(),
  severity: z.string(),
  goals: z.array(z.string()),
});

export const study = z.object({
  version: z.literal(1),
  tool: z.object({ name: z.string(), version: z.string() }),
  /** ISO 8601, UTC. */
  started: z.string(),
  seconds: z.number(),
  seed: z.int(),
  machine,
  vectors: z.array(column),
  rows: z.array(row),
  leaks: z.array(leak),
  neighbours: z.array(neighbour),
  ablation: ablation.nullable(),
  prices: z.array(price),
  /** What was left out for want of budget, and the like. */
  notes: z.array(z.string()),
});

export type Study = z.infer<typeof study>;
export type StudyRow = z.infer<typeof row>;
export type Cell = z.infer<typeof cell>;
export type Measured = z.infer<typeof measured>;
export type Leak = z.infer<typeof leak>;
export type Neighbour = z.infer<typeof neighbour>;
export type Ablation = z.infer<typeof ablation>;
export type AblationStep = z.infer<typeof ablationStep>;
export type Price = z.infer<typeof price>;
export type Exposure = z.infer<typeof exposure>;
