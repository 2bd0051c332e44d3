import { CofferdamError, type Statement, Unknown } from '../posture/index.ts';
import type { ReadOptions, ReadResult, Subject } from '../readers/index.ts';
import { run } from './command.ts';
import { askEngine, ENGINE_TIMEOUT_MS, type EngineFamily, type EngineOptions, engineSocket } from './engine-api.ts';
import { MACHINE } from './files.ts';
import { observeProcess, type ProcessOptions } from './process.ts';
import { parseStatus } from './status.ts';
import { failedWith, type LiveResult } from './types.ts';

export interface ContainerOptions extends ProcessOptions, Omit<EngineOptions, 'files'> {}

/**
 * A container of an engine: what the engine states of it, and what is seen of its process. The first is a subject like one of
 * `docker inspect`, on the engine's defaults; the second wins over all of it.
 */
export async function readContainer(
  engine: EngineFamily,
  name: string,
  options: ContainerOptions = {},
): Promise<LiveResult> {
  const inspected = await inspect(engine, name, options);
  if (inspected instanceof CofferdamError) return failedWith(inspected);
  const id = `${engine}:${name}`;
  const { readInspect } = await import('../readers/inspect/index.ts');
  const read: ReadResult = readInspect(`${JSON.stringify([inspected.item], undefined, 4)}\n`, id, NOTHING_BESIDE);
  const [stated] = read.subjects;
  if (stated === undefined) return { ...read, subjects: [] };
  const subject: Subject = {
    ...stated,
    id,
    engine,
    ...(inspected.release !== undefined && { release: `${engine}@${inspected.release}` }),
  };
  const seen = await seenFrom(inspected, id, options);
  if (seen instanceof CofferdamError) return { subjects: [subject], problems: [...read.problems, seen], skipped: [] };
  if ('remedy' in seen) return { subjects: [subject], problems: read.problems, skipped: [seen] };
  return {
    subjects: [{ ...subject, observed: seen.statements, process: inspected.pid }],
    problems: read.problems,
    skipped: [],
  };
}

/** Profiles stand in inspect as text; files that podman names lie on the host and are read by nobody: the filter itself is. */
const NOTHING_BESIDE: ReadOptions = {
  read: (path) => new Unknown(`${path} lies on the host of the engine`),
  exists: () => false,
  environment: {},
};

interface Inspected {
  readonly item: unknown;
  readonly containerId: string;
  readonly pid: number;
  readonly release: string | undefined;
}

type Skipped = LiveResult['skipped'][number];

/** What is seen of the container's first process; facts that stay unknown leave the word to the engine. */
async function seenFrom(
  inspected: Inspected,
  id: string,
  options: ContainerOptions,
): Promise<{ statements: readonly Statement[] } | Skipped | CofferdamError> {
  const { pid, containerId } = inspected;
  if (pid === 0)
    return {
      path: id,
      what: 'its process: the container is not running',
      remedy: 'start it to see what the kernel holds of it',
    };
  if (!belongsTo(pid, containerId, options))
    return {
      path: id,
      what: `its process: process ${pid} here is not this container's`,
      remedy: 'run on the machine and in the PID namespace of the engine',
    };
  const seen = await observeProcess(pid, { ...options, origin: 'known' });
  return seen instanceof CofferdamError ? seen : { statements: seen.statements.flatMap(knownOnly) };
}

function knownOnly(statement: Statement): Statement[] {
  const facts = Object.entries(statement.facts).filter(([, value]) => !(value instanceof Unknown));
  return facts.length === 0 ? [] : [{ ...statement, facts: Object.fromEntries(facts) as Statement['facts'] }];
}

/** The number is of the engine's machine and PID namespace: here the process must be known by the container's id. */
function belongsTo(pid: number, containerId: string, options: ContainerOptions): boolean {
  const files = options.files ?? MACHINE;
  const contains = (path: string) => {
    const text = files.text(path);
    return !(text instanceof Unknown) && text.includes(containerId);
  };
  if (contains(`/proc/${pid}/cgroup`)) return true;
  // Without a control group of its own: the shim or monitor that started it names it.
  const status = files.text(`/proc/${pid}/status`);
  const parent = status instanceof Unknown ? undefined : parseStatus(status).parent;
  return parent !== undefined && contains(`/proc/${parent}/cmdline`);
}

async function inspect(
  engine: EngineFamily,
  name: string,
  options: ContainerOptions,
): Promise<Inspected | CofferdamError> {
  const socket = engineSocket(engine, options);
  if (socket instanceof CofferdamError)
    return engine === 'podman' && socket.code === 'no-engine' ? byCommand(name, options, socket) : socket;
  const path = `${engine === 'podman' ? '/v4.0.0/libpod' : ''}/containers/${encodeURIComponent(name)}/json`;
  const answer = await askEngine(engine, socket, path, options);
  if (answer instanceof CofferdamError) return answer;
  if (answer.status === 404) return noSuch(engine, name);
  if (answer.status !== 200)
    return new CofferdamError(
      'engine-answer',
      `${engine} answered ${answer.status}: ${answer.text.slice(0, 200)}`,
      'see its log',
      { path: `${engine}:${name}` },
    );
  const version = await askEngine(engine, socket, '/version', options);
  return parsed(engine, name, answer.text, version instanceof CofferdamError ? undefined : releaseIn(version.text));
}

function noSuch(engine: EngineFamily, name: string): CofferdamError {
  return new CofferdamError(
    'no-such-container',
    `${engine} has no container \`${name}\``,
    `see those that there are: ${engine} ps --all`,
    { path: `${engine}:${name}` },
  );
}

function releaseIn(text: string): string | undefined {
  const version = parseJson(text);
  return typeof version === 'object' && version !== null && 'Version' in version && typeof version.Version === 'string'
    ? version.Version
    : undefined;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}

function parsed(
  engine: EngineFamily,
  name: string,
  text: string,
  release: string | undefined,
): Inspected | CofferdamError {
  const json = parseJson(text);
  const item = (Array.isArray(json) ? json[0] : json) as
    | { Id?: unknown; State?: { Pid?: unknown; Running?: unknown } | null }
    | null
    | undefined;
  if (typeof item !== 'object' || item === null || typeof item.Id !== 'string' || item.Id === '')
    return new CofferdamError(
      'engine-answer',
      `what ${engine} says of \`${name}\` is not understood`,
      'is it an engine that listens there?',
      { path: `${engine}:${name}` },
    );
  const { Pid: pid, Running: running } = item.State ?? {};
  return { item, containerId: item.Id, pid: running === true && typeof pid === 'number' ? pid : 0, release };
}

/** Podman needs no service: the command itself tells. */
async function byCommand(
  name: string,
  options: ContainerOptions,
  noSocket: CofferdamError,
): Promise<Inspected | CofferdamError> {
  const timeout = options.timeoutMs ?? ENGINE_TIMEOUT_MS;
  const { error, stdout, stderr } = await run('podman', ['inspect', '--type', 'container', '--', name], timeout);
  if (error === null) {
    const version = await run('podman', ['version', '--format', '{{.Client.Version}}'], timeout);
    return parsed('podman', name, stdout, version.error === null ? version.stdout.trim() : undefined);
  }
  if (error.code === 'ENOENT') return noSocket;
  if (/no such (?:container|object)/i.test(stderr)) return noSuch('podman', name);
  const what = error.killed ? `did not answer within ${timeout} ms` : `failed: ${stderr.trim().slice(0, 300)}`;
  return new CofferdamError('engine-answer', `podman inspect ${what}`, 'run it by hand to see why', {
    path: `podman:${name}`,
  });
}
