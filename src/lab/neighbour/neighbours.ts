/**
 * How much a sandbox suffers from the one beside it: the same work alone and beside a neighbour, in turns, with the runtime's default and
 * with limits set on the neighbour.
 */
import { CofferdamError } from '../../posture/index.ts';
import type { Runtime, Sandbox } from '../../runtimes/index.ts';
import { PROFILES, type Profile } from '../../runtimes/profiles.data.ts';
import type { RequestOf } from '../cost/starting.ts';
import { returned } from '../cost/timing.ts';
import { medianWithInterval } from '../statistics.ts';
import type { Neighbour } from '../study.ts';
import { RESOURCES, type Resource } from './resources.ts';

export interface NeighbourContext {
  readonly runtimes: readonly Runtime[];
  readonly requestOf: RequestOf;
}

export interface Neighbours {
  readonly neighbours: Neighbour[];
  /** What could not be measured, and why. */
  readonly notes: string[];
}

const [DEFAULT_PROFILE] = PROFILES;
const LIMITED: Profile = {
  name: 'limited',
  title: 'the default with half a processor, 64 MiB and 32 processes',
  options: ['--cpus', '0.5', '--memory', '64m', '--pids-limit', '32'],
};

export async function measureNeighbours(
  { runtimes, requestOf }: NeighbourContext,
  { deadline }: { readonly deadline: number },
): Promise<Neighbours> {
  const neighbours: Neighbour[] = [];
  const notes: string[] = [];
  const pairs = runtimes.flatMap((runtime) => [DEFAULT_PROFILE, LIMITED].map((profile) => ({ runtime, profile })));
  for (const [i, { runtime, profile }] of pairs.entries()) {
    const until = Date.now() + (deadline - Date.now()) / (pairs.length - i);
    const why = await reasonAgainst(runtime, profile);
    if (why !== undefined) notes.push(`neighbours: ${runtime.name}, ${profile.name}: ${why}`);
    else await beside(runtime, profile, { requestOf, until, neighbours, notes });
  }
  return { neighbours, notes };
}

async function reasonAgainst(runtime: Runtime, profile: Profile): Promise<string | undefined> {
  const found = await runtime.available();
  if (!found.available) return found.why;
  const expressed = runtime.expresses(profile);
  return expressed === true ? undefined : expressed;
}

interface Run extends Neighbours {
  readonly requestOf: RequestOf;
  readonly until: number;
}

async function beside(runtime: Runtime, profile: Profile, run: Run): Promise<void> {
  const sandboxes: Sandbox[] = [];
  try {
    sandboxes.push(await runtime.start(await run.requestOf(runtime, DEFAULT_PROFILE)));
    sandboxes.push(await runtime.start(await run.requestOf(runtime, profile)));
    const [victim, other] = sandboxes as [Sandbox, Sandbox];
    for (const [i, resource] of RESOURCES.entries()) {
      const until = Date.now() + (run.until - Date.now()) / (RESOURCES.length - i);
      const named = { runtime: runtime.name, resource: resource.name, unit: resource.unit };
      const limits = profile === LIMITED ? { limited: true, ...notSet(other) } : { limited: false };
      await measured(resource, victim, other, until).then(
        (found) => run.neighbours.push({ ...named, ...limits, ...found }),
        (error: unknown) =>
          run.notes.push(`neighbours: ${runtime.name}, ${profile.name}, ${resource.name}: ${said(error)}`),
      );
    }
  } catch (error) {
    run.notes.push(`neighbours: ${runtime.name}, ${profile.name}: ${said(error)}`);
  } finally {
    await Promise.all(sandboxes.map((sandbox) => sandbox.close()));
  }
}

function said(error: unknown): string {
  if (error instanceof CofferdamError) return error.message;
  throw error;
}

/** Limits that were asked for and that the host did not permit. */
function notSet({ missing }: Sandbox): Pick<Neighbour, 'why'> {
  const whys = missing.filter(({ facts }) => facts.some((fact) => fact.startsWith('limit.'))).map(({ why }) => why);
  return whys.length === 0 ? {} : { why: `limits that were not set: ${[...new Set(whys)].join('; ')}` };
}

/** Fifteen values leave three outside on each side. */
const VALUES = 15;
/** A neighbour that works does so for this many. */
const PER_TURN = 3;
const SECONDS = 4;

async function measured(
  resource: Resource,
  victim: Sandbox,
  other: Sandbox,
  until: number,
): Promise<Pick<Neighbour, 'alone' | 'beside' | 'slowdown'>> {
  const work = async (): Promise<number> =>
    returned(await victim.session.child((child) => resource.victim(child), { seconds: SECONDS }));
  const alone: number[] = [];
  const besides: number[] = [];
  const turn = async (values: number[]): Promise<void> => {
    for (let i = 0; i < PER_TURN; i++) values.push(await work());
  };
  do {
    await turn(alone);
    const meanwhile = (): Promise<void> => turn(besides);
    returned(await other.session.child((child) => resource.neighbour(child, meanwhile), { seconds: SECONDS }));
  } while (alone.length < VALUES && Date.now() < until);
  const slowdown = besides.map((value, i) => value / Math.max(Number.MIN_VALUE, alone[i] as number));
  return {
    alone: medianWithInterval(alone),
    beside: medianWithInterval(besides),
    slowdown: medianWithInterval(slowdown),
  };
}
