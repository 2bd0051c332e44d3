import type { CallResult, Session } from '../../agent/index.ts';
import type { Arg, Call, Pointee } from '../../kernel/index.ts';
import { CofferdamError } from '../../posture/index.ts';
import { failureOf, placed, type Task } from './operation.ts';
import type { Plan } from './plan.ts';
import { STEPS } from './steps/index.ts';
import type { Stage, Step } from './steps/step.ts';

/** Told of each step before it is taken; then every step is an exchange of its own. For tests that interrupt a start. */
export type OnStep = (step: string) => Promise<void>;

type TaskStage = Exclude<Stage, 'clone' | 'host'>;
interface Part {
  readonly step: Step;
  readonly task: Task;
}

/** What the steps of a stage will do. Can be worked out while an earlier stage is under way: it depends on the plan alone. */
export function partsOf(stage: TaskStage, plan: Plan): readonly Part[] {
  return STEPS.flatMap((step): Part[] => {
    if (step.stage !== stage || !('tasks' in step) || !plan.performs(step.name)) return [];
    return step.tasks(plan).map((task) => ({ step, task }));
  });
}

/** Takes the steps in as few exchanges as they fit into, and names what failed. The first leaves before this returns. */
export async function performParts(
  parts: readonly Part[],
  session: Session,
  plan: Plan,
  onStep?: OnStep,
): Promise<void> {
  let batch: Part[] = [];
  let size = 0;
  let calls = 0;
  for (const part of parts) {
    const own = sizeOf(part.task);
    const first = batch[0];
    const another =
      batch.at(-1)?.task.last === true || (onStep !== undefined && first !== undefined && first.step !== part.step);
    if (another || size + own > MOST_BYTES || calls + part.task.operations.length > MOST_CALLS) {
      await performBatch(batch, session, plan, onStep);
      [batch, size, calls] = [[], 0, 0];
    }
    batch.push(part);
    size += own;
    calls += part.task.operations.length;
  }
  await performBatch(batch, session, plan, onStep);
}

/** Of the stub's limits (agent/stub.c: 32 KiB a frame, 512 calls), with room for alignment. */
const MOST_BYTES = 30_000;
const MOST_CALLS = 500;

async function performBatch(parts: readonly Part[], session: Session, plan: Plan, onStep?: OnStep): Promise<void> {
  if (onStep !== undefined && parts[0] !== undefined) await onStep(parts[0].step.name);
  const calls: Call[] = [];
  for (const { task } of parts) {
    const base = calls.length;
    for (const { call } of task.operations) calls.push(placed(call, base));
  }
  if (calls.length === 0) return;
  const results = await session.batch(calls);
  let at = 0;
  for (const { step, task } of parts) {
    const own = results.slice(at, at + task.operations.length);
    at += task.operations.length;
    const failed = failureOf(task, own);
    if (failed === undefined) task.learn?.(own);
    else judge(step, task, failed, plan);
  }
}

function judge(step: Step, task: Task, failed: CallResult, plan: Plan): void {
  if (step.vital !== true) {
    plan.lacks(step.name, `${task.what}: ${failed}`, ...task.facts);
    return;
  }
  throw new CofferdamError(
    'sandbox',
    `embedded: ${step.name}: ${task.what}: ${failed}`,
    'choose another runtime, such as --runtime runc, or run it where this is permitted',
  );
}

function sizeOf(task: Task): number {
  return task.operations.reduce(
    (sum, { call }) => sum + CALL_BYTES + call.args.reduce<number>((all, arg) => all + room(arg), 0),
    0,
  );
}

const CALL_BYTES = 56;

/** Bytes in the stub's memory, with those that alignment may take. */
function room(arg: Arg | Pointee): number {
  if (typeof arg === 'number' || typeof arg === 'bigint') return 0;
  if (typeof arg === 'string') return Buffer.byteLength(arg) + 17;
  if (arg instanceof Uint8Array) return arg.length + 16;
  if (arg.kind === 'result') return 0;
  if (arg.kind === 'out') return arg.size + 16;
  return arg.bytes.length + 16 + arg.pointers.reduce((sum, { to }) => sum + room(to), 0);
}

/** The flags for the fork of the container's process. */
export function cloneFlags(plan: Plan, flagOf: Readonly<Record<string, bigint>>): bigint {
  return STEPS.reduce(
    (flags, step) =>
      step.stage === 'clone' && plan.own.has(step.namespace) ? flags | (flagOf[step.namespace] ?? 0n) : flags,
    0n,
  );
}

/** Starts what this process does to the container's; waits for it where `before` asks. */
export async function performHostSteps(
  before: 'private' | 'inside',
  plan: Plan,
  pid: number,
  onStep?: OnStep,
): Promise<void> {
  for (const step of STEPS) {
    if (step.stage !== 'host' || step.before !== before || !plan.performs(step.name)) continue;
    await onStep?.(step.name);
    await step.perform(plan, pid);
  }
}
