import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it, test } from 'vitest';
import { Unknown } from '../../posture/index.ts';
import { readTargets, type WalkOptions } from './index.ts';
import { kindOf } from './kind.ts';

let cwd: string;
beforeEach(() => {
  cwd = mkdtempSync(join(tmpdir(), 'cofferdam-walk-'));
});
afterEach(() => rmSync(cwd, { recursive: true, force: true }));

function put(path: string, text: string | Uint8Array): void {
  mkdirSync(dirname(join(cwd, path)), { recursive: true });
  writeFileSync(join(cwd, path), text);
}

const read = (targets: string[] = ['.'], options: WalkOptions = {}) => readTargets(targets, { cwd, ...options });
const ids = async (...args: Parameters<typeof read>) => (await read(...args)).subjects.map((subject) => subject.id);
const codes = async (...args: Parameters<typeof read>) =>
  (await read(...args)).problems.map((problem) => `${problem.code} ${problem.at.path}`);

const COMPOSE = 'services:\n  web:\n    image: nginx\n';
const DAEMON = '{"icc": false}';
const OCI = '{"ociVersion":"1.2.0","process":{"user":{}},"root":{"path":"r"}}';
const POD = 'apiVersion: v1\nkind: Pod\nmetadata: { name: p }\nspec: { containers: [{ name: c, image: i }] }\n';

describe('what is found', () => {
  it('reads every kind in a stable order, whatever the files are called', async () => {
    put('b/thing.json', OCI);
    put('a/daemon.json', DAEMON);
    put('a/web.Dockerfile', 'FROM scratch\n');
    put('stack.yml', COMPOSE);
    put('x/pod.yaml', POD);
    put('run.sh', 'docker run --privileged img\n');
    put('profile.yaml', 'kind: HostProfile\nkernel: 6.1.0\n');
    put('data.json', '{"a": 1}');
    put('notes.yaml', 'a: 1\n');
    const result = await read();
    expect(result.problems).toEqual([]);
    expect(result.artifacts).toBe(7);
    expect(result.subjects.map((subject) => subject.artifact)).toEqual([
      'daemon-json',
      'dockerfile',
      'oci-config',
      'host-profile',
      'docker-run',
      'compose',
      'kubernetes',
    ]);
    expect(result.subjects.map((subject) => subject.place.path)).toEqual([
      'a/daemon.json',
      'a/web.Dockerfile',
      'b/thing.json',
      'profile.yaml',
      'run.sh',
      'stack.yml',
      'x/pod.yaml',
    ]);
  });

  test.for([
    { path: 'x', text: '#!/bin/sh\npodman run img\n', kind: 'shell' },
    { path: 'x.sh', text: 'echo hi\n', kind: undefined },
    { path: 'Dockerfile', text: '', kind: 'dockerfile' },
    { path: 'Dockerfile.dev', text: '', kind: 'dockerfile' },
    { path: 'Dockerfile.dockerignore', text: 'x', kind: undefined },
    { path: 'ci.yml', text: 'stages: [a]\nservices:\n  - docker\nimage: x\n', kind: undefined },
    { path: 'services.yaml', text: 'services:\n  App\\Foo:\n    autowire: true\n', kind: undefined },
    { path: 'services.yaml', text: 'services:\n  a:\n    build: .\n', kind: 'compose' },
    { path: 'compose.prod.yaml', text: 'services:\n  a:\n    privileged: true\n', kind: 'compose' },
    { path: 'k.yaml', text: 'apiVersion: v1\nkind: Pod\nmetadata: { name: "{{ .x }}" }\n', kind: 'helm-template' },
    { path: 'k.json', text: '{"kind":"Pod","apiVersion":"v1"}', kind: 'kubernetes' },
    { path: 'k.yaml', text: 'apiVersion: kubelet.config.k8s.io/v1beta1\nkind: KubeletConfiguration\n', kind: 'daemon' },
    {
      path: 'c.yaml',
      text: 'apiVersion: v1\nkind: ConfigMap\ndata:\n  x: |\n    kind: KubeletConfiguration\n',
      kind: 'kubernetes',
    },
    {
      path: 'o.yaml',
      text: 'apiVersion: kustomize.config.k8s.io/v1beta1\nkind: Kustomization\n',
      kind: 'kustomization',
    },
    { path: 'state.json', text: '{"ociVersion":"1.0.2","id":"x","status":"running"}', kind: undefined },
    { path: 'i.json', text: '[{"HostConfig": {}, "Config": {}}]', kind: 'inspect' },
    { path: 'x.json', text: '{"live-restore": true}', kind: 'daemon' },
    { path: 'config.toml', text: 'version = 2\n[plugins."io.containerd.grpc.v1.cri"]\n', kind: 'engine-toml' },
    { path: 'config.toml', text: '[build]\nrustflags = []\n', kind: undefined },
  ])('$path is $kind', ({ path, text, kind }) => {
    expect(kindOf(path, text, false)).toBe(kind);
  });

  it.each(['\n', ' ', '#\n', '{', 'services:\n', 'docker ', '"kind"'])(
    'tells the kind of millions of %j without a hitch',
    (piece) => {
      const text = piece.repeat((2 * 2 ** 20) / piece.length);
      for (const name of ['x', 'x.yaml', 'x.sh', 'compose.yaml']) expect(() => kindOf(name, text, true)).not.toThrow();
    },
  );

  it('a named file may be a Dockerfile by its first instruction', () => {
    expect(kindOf('image.txt', '# syntax=x\n\n  # note\nARG A=1\nFROM x\n', true)).toBe('dockerfile');
  });

  it('joins Kubernetes objects of several files', async () => {
    put(
      'a.yaml',
      'apiVersion: v1\nkind: Namespace\nmetadata: { name: n, labels: { pod-security.kubernetes.io/enforce: restricted } }\n',
    );
    put('b.yaml', POD.replace('name: p', 'name: p, namespace: n'));
    const result = await read();
    const facts = result.subjects.flatMap((subject) =>
      subject.layers.flatMap((layer) => layer.statements.map((statement) => statement.facts)),
    );
    expect(facts).toContainEqual(
      expect.objectContaining({ 'kubernetes.namespace-label.pod-security.kubernetes.io/enforce': 'restricted' }),
    );
  });

  it('merges an override into its base, and reads it alone where there is none', async () => {
    put('a/compose.yaml', COMPOSE);
    put('a/compose.override.yaml', 'services:\n  web:\n    privileged: true\n');
    put('b/compose.override.yaml', COMPOSE);
    expect(await ids()).toEqual(['a/compose.yaml#web', 'b/compose.override.yaml#web']);
  });

  it('reads a file twice named once', async () => {
    put('daemon.json', DAEMON);
    expect(await ids(['daemon.json', './daemon.json', '.'])).toEqual(['daemon.json']);
  });

  it('reads standard input, told by its content', async () => {
    expect(await ids(['-'], { stdin: () => Buffer.from(OCI) })).toEqual(['-']);
    expect(await codes(['-'], { stdin: () => Buffer.from('hello') })).toEqual(['unknown-kind -']);
    expect(await codes(['-'], { stdin: () => Buffer.alloc(20), maxFileBytes: 10 })).toEqual(['too-large -']);
  });

  it('an empty folder gives nothing and no problem', async () => {
    expect(await read()).toMatchObject({ subjects: [], problems: [], skipped: [], artifacts: 0 });
  });
});

describe('what is passed over', () => {
  it('folders of tools and ignored files, counted', async () => {
    for (const folder of ['.git', 'node_modules/x', 'vendor', 'out', 'sub/gen']) put(`${folder}/daemon.json`, DAEMON);
    put('.gitignore', '/out\ngen/\n*.local.json\n');
    put('sub/.gitignore', '!kept.local.json\n');
    put('lost.local.json', OCI);
    put('sub/kept.local.json', OCI);
    const result = await read();
    expect(result.subjects.map((subject) => subject.id)).toEqual(['sub/kept.local.json']);
    expect(result.passedOver).toEqual({ folders: 3, ignored: 3, links: 0, special: 0 });
  });

  it('a folder of tools that the user names is walked', async () => {
    put('vendor/daemon.json', DAEMON);
    expect(await ids(['vendor'])).toEqual(['vendor/daemon.json']);
  });

  it('Helm charts and Kustomize overlays, with the command that renders them', async () => {
    put('charts/my shop/Chart.yaml', 'apiVersion: v2\nname: shop\n');
    put('charts/my shop/templates/a.yaml', 'apiVersion: v1\nkind: Pod\n');
    put('charts/my shop/templates/sub/b.yaml', '{{ if .x }}\n');
    put('over/kustomization.yaml', 'resources: [../base]\n');
    expect((await read()).skipped).toEqual([
      {
        path: 'charts/my shop',
        what: 'Helm chart',
        remedy: "helm template 'my shop' 'charts/my shop' | cofferdam check -",
      },
      {
        path: 'over/kustomization.yaml',
        what: 'Kustomize overlay',
        remedy: 'kustomize build over | cofferdam check -',
      },
    ]);
  });
});

describe('hostile trees', () => {
  it('does not follow links out of the tree, into folders, or in circles', async () => {
    put('in/real/daemon.json', DAEMON);
    put('outside/config.json', OCI);
    symlinkSync('..', join(cwd, 'in/loop'));
    symlinkSync('self.json', join(cwd, 'in/self.json'));
    symlinkSync('../outside/config.json', join(cwd, 'in/out.json'));
    symlinkSync('../outside', join(cwd, 'in/folder.json'));
    symlinkSync('gone', join(cwd, 'in/gone.json'));
    const result = await read(['in']);
    expect(result.subjects.map((subject) => subject.id)).toEqual(['in/real/daemon.json']);
    expect(result.passedOver.links).toBe(5);
  });

  it('says so where a link that claims an artifact leads nowhere it may', async () => {
    put('in/daemon.json', DAEMON);
    put('outside/compose.yaml', COMPOSE);
    symlinkSync('../outside/compose.yaml', join(cwd, 'in/compose.yaml'));
    expect(await codes(['in'])).toEqual(['outside-tree in/compose.yaml']);
  });

  it('reads a file once, whether by its name or by a link inside the tree', async () => {
    put('z/thing.json', OCI);
    symlinkSync('z/thing.json', join(cwd, 'a.json'));
    expect(await ids()).toEqual(['a.json']);
  });

  it('follows a link that the user named', async () => {
    put('elsewhere/c.json', OCI);
    mkdirSync(join(cwd, 'here'));
    symlinkSync('../elsewhere/c.json', join(cwd, 'here/link.json'));
    expect(await ids(['here/link.json'])).toEqual(['here/link.json']);
  });

  it('never opens a fifo', async () => {
    execFileSync('mkfifo', [join(cwd, 'Dockerfile'), join(cwd, 'pipe.json'), join(cwd, 'bare')]);
    const result = await read();
    expect(result.problems).toMatchObject([{ code: 'unreadable', at: { path: 'Dockerfile' } }]);
    expect(result.passedOver.special).toBe(3);
    expect(await codes(['Dockerfile'])).toEqual(['unreadable Dockerfile']);
  });

  it('opens no file above the limit', async () => {
    for (const name of ['compose.yaml', 'data.json', 'bare']) {
      put(name, '');
      truncateSync(join(cwd, name), 200 * 2 ** 20);
    }
    expect(await codes()).toEqual(['too-large compose.yaml']);
    expect(await codes(['data.json'])).toEqual(['too-large data.json']);
  });

  it('stops at the sum of all files and at their number', async () => {
    for (const name of ['a.yaml', 'b.yaml', 'c.yaml']) put(name, COMPOSE);
    expect(await codes(['.'], { maxTotalBytes: 2 * COMPOSE.length })).toEqual(['too-large c.yaml']);
    expect(await codes(['.'], { maxFiles: 2 })).toEqual(['too-many-files c.yaml']);
  });

  test.for([
    { when: 'empty', name: 'x.json', bytes: '', code: 'unknown-kind' },
    { when: 'of no kind', name: 'x.txt', bytes: 'hello\n', code: 'unknown-kind' },
    { when: 'no UTF-8', name: 'compose.yaml', bytes: Uint8Array.of(97, 10, 0xff), code: 'invalid-utf8' },
    { when: 'UTF-16', name: 'daemon.json', bytes: Uint8Array.of(0xff, 0xfe, 0x7b, 0), code: 'invalid-utf8' },
    { when: 'binary', name: 'Dockerfile', bytes: 'FROM a\0b', code: 'binary' },
    { when: 'missing', name: 'gone.yaml', bytes: undefined, code: 'unreadable' },
  ])('a named file that is $when is a problem', async ({ name, bytes, code }) => {
    if (bytes !== undefined) put(name, bytes);
    put('ok/daemon.json', DAEMON);
    const result = await read([name, 'ok']);
    expect(result.problems).toMatchObject([{ code, at: { path: name } }]);
    expect(result.subjects.map((subject) => subject.id)).toEqual(['ok/daemon.json']);
  });

  it('says where the first byte stands that is no UTF-8', async () => {
    put('compose.yaml', Uint8Array.of(97, 10, 98, 0xff));
    expect((await read()).problems).toMatchObject([{ at: { path: 'compose.yaml', line: 2, column: 2 } }]);
  });

  it('passes over bytes that claim nothing', async () => {
    put('photo.json', Uint8Array.of(0xff, 0xd8));
    expect(await codes()).toEqual([]);
  });

  it('walks a folder that is named like a file', async () => {
    put('Dockerfile/compose.yaml/daemon.json', DAEMON);
    expect(await ids()).toEqual(['Dockerfile/compose.yaml/daemon.json']);
  });

  it('walks folders nested hundreds deep', async () => {
    const deep = Array(600).fill('d').join('/');
    put(`${deep}/daemon.json`, DAEMON);
    expect(await ids()).toEqual([`${deep}/daemon.json`]);
  });
});

describe('what artifacts may refer to', () => {
  const port = async (options: WalkOptions = {}) => {
    put('tree/sub/compose.yaml', COMPOSE);
    put('tree/.env', 'A=1\n');
    put('secret/key', 'hunter2');
    return (await read(['tree'], options)).options;
  };
  const from = 'tree/sub/compose.yaml';

  it('files of the tree, relative to the folder of the artifact', async () => {
    const { read: ask, exists } = await port();
    expect(ask('../.env', from)).toEqual({ path: 'tree/.env', text: 'A=1\n' });
    expect(exists('../.env', from)).toBe(true);
    expect(exists('gone', from)).toBe(false);
  });

  test.for([
    { when: 'upward', way: '../../secret/key' },
    { when: 'absolute', way: '/etc/hostname' },
    { when: 'through a link', way: 'link' },
    { when: 'through a linked folder', way: 'folder/key' },
    { when: 'by a name that begins like the tree', way: '../../tree-2/key' },
  ])('no file outside of it: $when', async ({ way }) => {
    put('tree-2/key', 'x');
    mkdirSync(join(cwd, 'tree/sub'), { recursive: true });
    symlinkSync('../../secret/key', join(cwd, 'tree/sub/link'));
    symlinkSync('../../secret', join(cwd, 'tree/sub/folder'));
    const { read: ask, exists } = await port();
    const answer = ask(way, from);
    expect(answer).toBeInstanceOf(Unknown);
    expect(answer).toMatchObject({ why: expect.stringContaining('--allow-outside') });
    expect(exists(way, from)).toBe(false);
  });

  it('what the user allows', async () => {
    const { read: ask } = await port({ allowOutside: ['secret'] });
    expect(ask('../../secret/key', from)).toEqual({ path: 'secret/key', text: 'hunter2' });
  });

  it('no fifo, no folder, no NUL in a name', async () => {
    const { read: ask } = await port();
    execFileSync('mkfifo', [join(cwd, 'tree/sub/pipe')]);
    for (const way of ['pipe', '..', 'a\0b', '']) expect(ask(way, from), way).toBeInstanceOf(Unknown);
  });

  it('never gives the secret, whatever the path', async () => {
    const { read: ask } = await port();
    symlinkSync('../../secret', join(cwd, 'tree/sub/s'));
    const step = fc.constantFrom('..', '.', 'sub', 's', 'secret', 'key', 'tree', '', '/', '//', '~', cwd);
    fc.assert(
      fc.property(fc.array(step, { maxLength: 8 }), (steps) => {
        const answer = ask(steps.join('/'), from);
        expect(answer instanceof Unknown || answer.text !== 'hunter2').toBe(true);
      }),
      { seed: 3, numRuns: 400 },
    );
  });
});
