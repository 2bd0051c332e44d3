import { request } from 'node:http';
import { CofferdamError, Unknown } from '../posture/index.ts';
import { type Files, MACHINE } from './files.ts';

export type EngineFamily = 'docker' | 'podman';

export interface EngineOptions {
  /** Default: this program's. `DOCKER_HOST`, `CONTAINER_HOST`, `XDG_RUNTIME_DIR`, `HOME` count. */
  readonly environment?: Readonly<Record<string, string | undefined>>;
  readonly files?: Files;
  /** For each answer of the engine. */
  readonly timeoutMs?: number;
}

export const ENGINE_TIMEOUT_MS = 10_000;

/** What inspect says is some ten thousand bytes; a profile in it may be a hundred thousand. */
const MOST_BYTES = 32 * 2 ** 20;

/** Variable that names the socket, and where it lies without one. */
const SOCKETS = {
  docker: {
    variable: 'DOCKER_HOST',
    usual: ['/run/docker.sock', '/var/run/docker.sock'],
    ofUser: [
      ['XDG_RUNTIME_DIR', 'docker.sock'],
      ['HOME', '.docker/run/docker.sock'],
      ['HOME', '.docker/desktop/docker.sock'],
    ],
    start: 'start it: systemctl start docker; or name its socket: DOCKER_HOST=unix:///path',
  },
  podman: {
    variable: 'CONTAINER_HOST',
    usual: ['/run/podman/podman.sock'],
    ofUser: [['XDG_RUNTIME_DIR', 'podman/podman.sock']],
    start: 'start it: systemctl start podman.socket; or name its socket: CONTAINER_HOST=unix:///path',
  },
} as const;

/** Where the engine listens; an engine on another machine has no processes here. */
export function engineSocket(engine: EngineFamily, options: EngineOptions): string | CofferdamError {
  const { variable, usual, ofUser, start } = SOCKETS[engine];
  const environment = options.environment ?? process.env;
  const named = environment[variable];
  if (named !== undefined && named !== '') {
    if (named.startsWith('unix://')) return named.slice('unix://'.length);
    return new CofferdamError(
      'engine-remote',
      `${variable} names \`${named.slice(0, 80)}\`, which is no Unix socket`,
      `look at the containers on that machine, or give inspect output: ${engine} inspect NAME | cofferdam check -`,
    );
  }
  const files = options.files ?? MACHINE;
  const own = ofUser.flatMap(([name, path]) => (environment[name] ? [`${environment[name]}/${path}`] : []));
  const found = [...usual, ...own].find((path) => {
    const stat = files.stat(path);
    return !(stat instanceof Unknown) && stat.kind === 'socket';
  });
  return (
    found ??
    new CofferdamError('no-engine', `there is no socket of ${engine} at ${[...usual, ...own].join(', ')}`, start)
  );
}

export interface Answer {
  readonly status: number;
  readonly text: string;
}

/** One question to an engine. Fails with what the user can do. */
export async function askEngine(
  engine: EngineFamily,
  socket: string,
  path: string,
  options: EngineOptions,
): Promise<Answer | CofferdamError> {
  const timeout = options.timeoutMs ?? ENGINE_TIMEOUT_MS;
  try {
    return await get(socket, path, timeout);
  } catch (error) {
    return failure(engine, socket, error as NodeJS.ErrnoException, timeout);
  }
}

function get(socketPath: string, path: string, timeout: number): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const asked = request({
      socketPath,
      path,
      method: 'GET',
      headers: { Host: 'localhost', Connection: 'close' },
      agent: false,
    });
    // A limit for the whole: one that sends a byte now and then must not hold the run up.
    const timer = setTimeout(() => asked.destroy(new Slow()), timeout);
    const end = (error: Error) => {
      clearTimeout(timer);
      reject(error);
    };
    asked.on('error', end);
    asked.on('response', (response) => {
      const parts: Buffer[] = [];
      let length = 0;
      response.on('data', (part: Buffer) => {
        length += part.length;
        if (length > MOST_BYTES) asked.destroy(new TooLong());
        else parts.push(part);
      });
      response.on('error', end);
      response.on('end', () => {
        clearTimeout(timer);
        resolve({ status: response.statusCode ?? 0, text: Buffer.concat(parts).toString('utf8') });
      });
    });
    asked.end();
  });
}

class Slow extends Error {}
class TooLong extends Error {}

function failure(engine: EngineFamily, socket: string, error: NodeJS.ErrnoException, timeout: number): CofferdamError {
  const at = { path: socket };
  if (error instanceof Slow)
    return new CofferdamError(
      'engine-timeout',
      `${engine} did not answer at ${socket} within ${timeout} ms`,
      'see whether it hangs: docker ps',
      at,
    );
  if (error instanceof TooLong)
    return new CofferdamError(
      'engine-answer',
      `the answer of ${engine} at ${socket} is longer than ${MOST_BYTES} bytes`,
      'is it an engine that listens there?',
      at,
    );
  if (error.code === 'EACCES' || error.code === 'EPERM')
    return new CofferdamError(
      'engine-forbidden',
      `the socket ${socket} may not be used`,
      `run as root, or as a member of the group that ${engine} admits`,
      at,
    );
  if (error.code === 'ENOENT' || error.code === 'ECONNREFUSED')
    return new CofferdamError('no-engine', `nobody listens at ${socket} (${error.code})`, SOCKETS[engine].start, at);
  return new CofferdamError(
    'engine-answer',
    `${engine} at ${socket} gave no answer that is understood: ${error.message}`,
    'is it an engine that listens there?',
    at,
  );
}
