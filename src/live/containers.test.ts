import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type RequestListener } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { readContainer } from './containers.ts';
import { type EngineFamily, type EngineOptions, engineSocket } from './engine-api.ts';
import { inMemory, stat, type Tree } from './fixtures/in-memory.ts';

const ID = 'ab'.repeat(32);

function inspected(state: object): string {
  return JSON.stringify({
    Id: ID,
    Name: '/web',
    State: state,
    Config: { User: '1000', Image: 'shop:1' },
    HostConfig: { Privileged: false, CapAdd: ['NET_ADMIN'], NetworkMode: 'none' },
    Mounts: [],
  });
}

/** An engine that answers as the test says, on a socket of its own. */
async function against<T>(answer: RequestListener, run: (options: EngineOptions) => Promise<T>): Promise<T> {
  const folder = mkdtempSync(join(tmpdir(), 'live-'));
  const socket = join(folder, 'engine.sock');
  const server = createServer(answer);
  await new Promise<void>((ready) => server.listen(socket, ready));
  try {
    const environment = { DOCKER_HOST: `unix://${socket}`, CONTAINER_HOST: `unix://${socket}` };
    return await run({ environment, timeoutMs: 300 });
  } finally {
    server.closeAllConnections();
    await new Promise((closed) => server.close(closed));
    rmSync(folder, { recursive: true, force: true });
  }
}

const engine =
  (container: string, asked: string[] = []): RequestListener =>
  (request, response) => {
    asked.push(request.url ?? '');
    response.end(request.url === '/version' ? '{"Version":"28.1.0"}' : container);
  };

const MEMBERSHIP = `0::/system.slice/docker-${ID}.scope\n`;
const MACHINE: Tree = {
  '/proc/77/status':
    'Name:\tserver\nState:\tS\nVmSize:\t1 kB\nUid:\t1000\t1000\t1000\t1000\nGid:\t1000\t1000\t1000\t1000\nNoNewPrivs:\t1\nSeccomp:\t0\n',
  '/proc/77/cgroup': MEMBERSHIP,
  '/proc/77/mountinfo': '1 0 0:90 / / ro - overlay overlay rw\n',
};

describe('a container that runs', () => {
  test('is what its engine states, and over it what its process shows', async () => {
    const asked: string[] = [];
    const result = await against(engine(inspected({ Running: true, Pid: 77 }), asked), (options) =>
      readContainer('docker', 'web', { ...options, files: inMemory(MACHINE) }),
    );
    const [subject] = result.subjects;
    expect(result.problems).toEqual([]);
    expect(subject).toMatchObject({ id: 'docker:web', name: 'web', engine: 'docker', release: 'docker@28.1.0' });
    expect(subject?.assembled).toBeUndefined();
    const stated = subject?.layers.flatMap((layer) => layer.statements.flatMap(({ facts }) => Object.keys(facts)));
    expect(stated).toContain('request.capability.NET_ADMIN');
    const observed = Object.assign({}, ...(subject?.observed ?? []).map(({ facts }) => facts)) as Record<
      string,
      unknown
    >;
    expect(observed).toMatchObject({
      'process.no-new-privileges': true,
      seccomp: { kind: 'unconfined' },
      'rootfs.readonly': true,
    });
    // What was not seen leaves the word to the engine.
    expect(observed['namespace.pid']).toBeUndefined();
    expect(observed['engine.name']).toBeUndefined();
    expect(asked).toContain('/containers/web/json');
  });

  test.each([
    ['another machine’s', {}, 'is not this container'],
    [
      'of a number that is another process here',
      { ...MACHINE, '/proc/77/cgroup': '0::/user.slice\n' },
      'is not this container',
    ],
  ])('but its process is %s: only the engine’s word is given', async (_, tree, what) => {
    const result = await against(engine(inspected({ Running: true, Pid: 77 })), (options) =>
      readContainer('docker', 'web', { ...options, files: inMemory(tree) }),
    );
    expect(result.subjects).toHaveLength(1);
    expect(result.subjects[0]?.observed).toBeUndefined();
    expect(result.skipped[0]?.what).toContain(what);
  });

  test('without a group of its own, its shim knows it', async () => {
    const tree = {
      ...MACHINE,
      '/proc/77/cgroup': '0::/\n',
      '/proc/77/status': `${MACHINE['/proc/77/status']}PPid:\t70\n`,
      '/proc/70/cmdline': `containerd-shim-runc-v2\0-namespace\0moby\0-id\0${ID}\0`,
    };
    const result = await against(engine(inspected({ Running: true, Pid: 77 })), (options) =>
      readContainer('docker', 'web', { ...options, files: inMemory(tree) }),
    );
    expect(result.subjects[0]?.observed).toBeDefined();
  });

  test('podman is asked by its own interface', async () => {
    const asked: string[] = [];
    await against(engine(inspected({ Running: false, Pid: 0 }), asked), (options) =>
      readContainer('podman', 'a/../b', options),
    );
    expect(asked[0]).toBe('/v4.0.0/libpod/containers/a%2F..%2Fb/json');
  });
});

test('a container that does not run is what its engine states', async () => {
  const result = await against(engine(inspected({ Running: false, Pid: 0 })), (options) =>
    readContainer('docker', 'web', options),
  );
  expect(result.subjects).toHaveLength(1);
  expect(result.skipped[0]?.what).toContain('not running');
  expect(result.problems).toEqual([]);
});

describe('an engine that', () => {
  test.each<[string, RequestListener, string]>([
    [
      'does not know it',
      (_, response) => response.writeHead(404).end('{"message":"no such container"}'),
      'no-such-container',
    ],
    ['fails', (_, response) => response.writeHead(500).end('oops'), 'engine-answer'],
    ['never answers', () => {}, 'engine-timeout'],
    [
      'sends a byte now and then',
      (_, response) => void setInterval(() => response.write(' '), 20).unref(),
      'engine-timeout',
    ],
    ['hangs up', (request) => request.socket.destroy(), 'engine-answer'],
    ['talks nonsense', (request) => request.socket.end('hello\r\n\r\n'), 'engine-answer'],
    ['sends no JSON', (_, response) => response.end('<html>'), 'engine-answer'],
    ['sends another thing', (_, response) => response.end('[]'), 'engine-answer'],
    ['sends null', (_, response) => response.end('null'), 'engine-answer'],
  ])('%s gives an error that says so', async (_, answer, code) => {
    const result = await against(answer, (options) => readContainer('docker', 'web', options));
    expect(result.problems.map((problem) => problem.code)).toEqual([code]);
    expect(result.subjects).toEqual([]);
  });

  test('is not there gives an error with what starts it', async () => {
    const environment = { DOCKER_HOST: 'unix:///nowhere/docker.sock' };
    const { problems } = await readContainer('docker', 'web', { environment });
    expect(problems[0]).toMatchObject({ code: 'no-engine' });
    expect(problems[0]?.hint).toContain('start');
  });
});

describe('where an engine listens', () => {
  const at = (family: EngineFamily, environment: Record<string, string>, tree: Tree = {}) =>
    engineSocket(family, { environment, files: inMemory(tree) });
  const socket = stat('socket');
  test.each([
    ['named', at('docker', { DOCKER_HOST: 'unix:///x/y' }), '/x/y'],
    ['the system’s', at('docker', {}, { '/run/docker.sock': socket }), '/run/docker.sock'],
    [
      'the user’s',
      at('docker', { XDG_RUNTIME_DIR: '/run/user/5' }, { '/run/user/5/docker.sock': socket }),
      '/run/user/5/docker.sock',
    ],
    ['podman’s', at('podman', {}, { '/run/podman/podman.sock': socket }), '/run/podman/podman.sock'],
  ])('%s', (_, found, expected) => expect(found).toBe(expected));
  test.each([
    ['another machine', at('docker', { DOCKER_HOST: 'tcp://10.0.0.1:2376' }), 'engine-remote'],
    ['nowhere', at('docker', {}), 'no-engine'],
    ['a file that is no socket', at('docker', {}, { '/run/docker.sock': 'text' }), 'no-engine'],
  ])('%s', (_, found, code) => expect(found).toMatchObject({ code }));
});
