// biome-ignore-all lint/suspicious/noTemplateCurlyInString: Dockerfile variables, not templates.
import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { type FactKey, Posture, Unknown } from '../../posture/index.ts';
import type { ReadOptions } from '../subject.ts';
import { imageLayers, readDockerfile } from './index.ts';

const options: ReadOptions = { read: () => new Unknown('not there'), exists: () => false, environment: {} };
const FILE = 'Dockerfile';

function facts(
  text: string,
  choice: { target?: string; args?: Record<string, string> } = {},
  keys: readonly string[] = [],
) {
  const { layers } = imageLayers(text, FILE, choice, options);
  const posture = Posture.fold(layers);
  return Object.fromEntries(keys.map((key) => [key, shown(posture.get(key as FactKey)?.value)]));
}
const shown = (value: unknown): unknown => (value instanceof Unknown ? { unknown: value.why } : value);
const fact = (text: string, key: string, choice = {}): unknown => facts(text, choice, [key])[key];
const problems = (text: string, choice = {}) =>
  imageLayers(text, FILE, choice, options).problems.map(({ code, at }) => `${at.line} ${code}`);

const unknown = expect.objectContaining({ unknown: expect.any(String) });

describe('who runs', () => {
  test.for([
    {
      when: 'passwd and group copied into the folder',
      text: 'FROM a AS x\nRUN useradd app\nFROM scratch\nCOPY --from=x /etc/passwd /etc/group /etc/\nUSER app',
      user: 'app',
      uid: 'non-root',
    },
    {
      when: 'a script that is only written',
      text: 'FROM a\nRUN cat <<E > /x\nuseradd app\nE\nUSER app',
      user: 'app',
      uid: unknown,
    },
    {
      when: 'a script of another language',
      text: 'FROM a\nRUN <<E\n#!/usr/bin/perl\nuseradd app\nE\nUSER app',
      user: 'app',
      uid: unknown,
    },
    {
      when: 'a script for a named shell',
      text: 'FROM a\nRUN bash -e <<E\nuseradd app\nE\nUSER app',
      user: 'app',
      uid: 'non-root',
    },
    { when: 'no USER', text: 'FROM a', user: undefined, uid: undefined },
    { when: 'no USER on scratch', text: 'FROM scratch', user: '0', uid: 0 },
    { when: 'USER 0', text: 'FROM a\nUSER 0', user: '0', uid: 0 },
    { when: 'USER root:root', text: 'FROM a\nUSER root:root', user: 'root:root', uid: 0 },
    { when: 'number', text: 'FROM a\nUSER 1000:0', user: '1000:0', uid: 1000 },
    { when: 'the last one counts', text: 'FROM a\nUSER 1000\nUSER root', user: 'root', uid: 0 },
    { when: 'a name nobody knows', text: 'FROM a\nUSER app', user: 'app', uid: unknown },
    { when: 'a name after a number', text: 'FROM a\nUSER 5\nUSER app', user: 'app', uid: unknown },
    { when: 'made in the file', text: 'FROM a\nRUN useradd app\nUSER app', user: 'app', uid: 'non-root' },
    { when: 'made by a list', text: 'FROM a\nRUN ["useradd", "-u", "7", "app"]\nUSER app', user: 'app', uid: 7 },
    { when: 'made by an inner shell', text: "FROM a\nRUN sh -c 'useradd -u 7 app'\nUSER app", user: 'app', uid: 7 },
    { when: 'made in a here-document', text: 'FROM a\nRUN <<E\nuseradd -u 7 app\nE\nUSER app', user: 'app', uid: 7 },
    { when: 'made with an argument', text: 'FROM a\nARG U=8\nRUN useradd -u $U app\nUSER app', user: 'app', uid: 8 },
    {
      when: 'shell gives the variable',
      text: 'FROM a\nARG U=8\nRUN U=0; useradd -ou $U app\nUSER app',
      user: 'app',
      uid: unknown,
    },
    { when: 'stage that is not the last', text: 'FROM a AS x\nUSER 1000\nFROM b', user: undefined, uid: undefined },
    { when: 'inherited stage', text: 'FROM a AS x\nUSER 1000\nFROM x', user: '1000', uid: 1000 },
    {
      when: 'made in an inherited stage',
      text: 'FROM a AS x\nRUN useradd app\nFROM x\nUSER app',
      user: 'app',
      uid: 'non-root',
    },
    {
      when: 'made in another stage',
      text: 'FROM a AS x\nRUN useradd app\nFROM b\nCOPY --from=x /o /o\nUSER app',
      user: 'app',
      uid: unknown,
    },
    {
      when: 'passwd copied from the stage that made it',
      text: 'FROM a AS x\nRUN useradd app\nFROM scratch\nCOPY --from=x /etc/passwd /etc/passwd\nUSER app',
      user: 'app',
      uid: 'non-root',
    },
    {
      when: 'passwd copied from the context',
      text: 'FROM a\nRUN useradd app\nCOPY passwd /etc/passwd\nUSER app',
      user: 'app',
      uid: unknown,
    },
    {
      when: 'a tree laid over the root',
      text: 'FROM a\nRUN useradd app\nCOPY rootfs/ /\nUSER app',
      user: 'app',
      uid: unknown,
    },
    {
      when: 'an archive laid over the root',
      text: 'FROM a\nRUN useradd app\nADD r.tar.gz /\nUSER app',
      user: 'app',
      uid: unknown,
    },
    {
      when: 'a file laid into the root',
      text: 'FROM a\nRUN useradd app\nCOPY run.sh /\nUSER app',
      user: 'app',
      uid: 'non-root',
    },
    { when: 'user of a known base', text: 'FROM node:20 AS b\nFROM b\nUSER node', user: 'node', uid: 1000 },
    { when: 'argument with a default', text: 'FROM a\nARG U=5\nUSER $U', user: '5', uid: 5 },
    { when: 'argument without one', text: 'FROM a\nARG U\nUSER $U', user: unknown, uid: unknown },
    { when: 'argument without one, with a substitute', text: 'FROM a\nARG U\nUSER ${U:-5}', user: '5', uid: 5 },
    { when: 'variable of the base image', text: 'FROM a\nUSER ${U:-5}', user: unknown, uid: unknown },
    { when: 'global argument not declared again', text: 'ARG U=5\nFROM scratch\nUSER $U', user: unknown, uid: unknown },
    { when: 'global argument declared again', text: 'ARG U=5\nFROM a\nARG U\nUSER $U', user: '5', uid: 5 },
    { when: 'stage argument inherited', text: 'FROM a AS x\nARG U=5\nFROM x\nUSER $U', user: '5', uid: 5 },
    { when: 'trigger of the own stage', text: 'FROM a AS x\nONBUILD USER 5\nFROM x', user: '5', uid: 5 },
    {
      when: 'trigger not passed on',
      text: 'FROM a AS x\nONBUILD USER 5\nFROM x AS y\nUSER 6\nFROM y',
      user: '6',
      uid: 6,
    },
    { when: 'trigger not run where it stands', text: 'FROM a\nONBUILD USER 5', user: undefined, uid: undefined },
    {
      when: 'a base that may be an own stage',
      text: 'ARG B\nFROM a AS x\nUSER 5\nFROM $B',
      user: unknown,
      uid: unknown,
    },
    { when: 'misspelt', text: 'FROM a\nUSER 5\nUSR root', user: unknown, uid: unknown },
  ])('$when', ({ text, user, uid }) => {
    expect(facts(text, {}, ['request.user', 'process.uid'])).toEqual({ 'request.user': user, 'process.uid': uid });
  });

  test('user and uid stand in one statement, so that both go when it is taken back', () => {
    const { layers } = imageLayers('FROM a\nRUN useradd app\nUSER app', FILE, {}, options);
    const users = layers[0]?.statements.filter((statement) => statement.facts['request.user'] !== undefined);
    expect(users).toHaveLength(1);
    expect(users?.[0]?.facts['process.uid']).toBe('non-root');
    expect(users?.[0]?.source).toEqual({
      kind: 'stated',
      path: FILE,
      line: 3,
      column: 1,
      endColumn: 9,
      text: 'USER app',
    });
  });
});

describe('base image', () => {
  const keys = ['image.base', 'image.tag', 'image.digest', 'image.registry'];
  test.for([
    { from: 'FROM a', gives: ['a', 'none', 'none', 'none'] },
    {
      from: 'FROM --platform=linux/amd64 r.io:5000/x/a:1@sha256:ab AS y',
      gives: ['r.io:5000/x/a:1@sha256:ab', '1', 'sha256:ab', 'r.io:5000'],
    },
    { from: 'FROM localhost/a:1', gives: ['localhost/a:1', '1', 'none', 'localhost'] },
    { from: 'ARG T=2\nARG I=a:$T\nFROM ${I}', gives: ['a:2', '2', 'none', 'none'] },
    { from: 'ARG T\nFROM a:${T:-3}', gives: ['a:3', '3', 'none', 'none'] },
    { from: 'ARG T\nFROM a:$T', gives: [unknown, unknown, unknown, unknown] },
    { from: 'FROM a:$TARGETARCH', gives: [unknown, unknown, unknown, unknown] },
    { from: 'FROM a:1 AS x\nFROM x AS y\nFROM b:2 AS z\nFROM y', gives: ['a:1', '1', 'none', 'none'] },
    { from: 'FROM scratch', gives: ['scratch', undefined, undefined, undefined] },
  ])('$from', ({ from, gives }) => expect(Object.values(facts(from, {}, keys))).toEqual(gives));

  test('build arguments that were given win, where they are declared', () => {
    expect(fact('ARG T=2\nFROM a:$T', 'image.base', { args: { T: '9' } })).toBe('a:9');
    expect(fact('FROM a\nARG T\nENV E=$T', 'image.env.E', { args: { T: '9' } })).toBe('9');
    expect(fact('FROM scratch\nENV E=$T', 'image.env.E', { args: { T: '9' } })).toEqual(unknown);
  });

  test('windows', () => {
    expect(fact('FROM mcr.microsoft.com/windows/servercore:ltsc2022', 'platform')).toBe('windows');
    expect(fact('FROM --platform=windows/amd64 a', 'platform')).toBe('windows');
    expect(fact('FROM mcr.microsoft.com/dotnet/aspnet:8.0', 'platform')).toBeUndefined();
  });
});

describe('configuration', () => {
  test.for([
    { text: 'ENV A="x y" B=z\\ w', key: 'image.env.A', gives: 'x y' },
    { text: 'ENV A="x y" B=z\\ w', key: 'image.env.B', gives: 'z w' },
    { text: 'ENV A some text here', key: 'image.env.A', gives: 'some text here' },
    { text: 'ENV A=1\nENV A=2 B=$A', key: 'image.env.B', gives: '1' },
    { text: 'ENV PATH=/x:$PATH', key: 'image.env.PATH', gives: unknown },
    { text: 'ARG TOKEN=t', key: 'image.arg.TOKEN', gives: 't' },
    { text: 'ARG TOKEN', key: 'image.arg.TOKEN', gives: unknown },
    { text: 'LABEL a.b="c d"', key: 'image.label.a.b', gives: 'c d' },
    { text: 'EXPOSE 80 53/UDP\nEXPOSE 22', key: 'image.exposed-ports', gives: ['80/tcp', '53/udp', '22/tcp'] },
    { text: 'ENV P=80\nEXPOSE $P', key: 'image.exposed-ports', gives: ['80/tcp'] },
    { text: 'VOLUME ["/a", "/b"]\nVOLUME /c /d', key: 'image.volumes', gives: ['/a', '/b', '/c', '/d'] },
    { text: 'WORKDIR /a\nWORKDIR b/../c', key: 'process.cwd', gives: '/a/c' },
    { text: 'WORKDIR b', key: 'process.cwd', gives: unknown },
    { text: 'HEALTHCHECK --interval=5s CMD x', key: 'image.healthcheck', gives: true },
    { text: 'HEALTHCHECK CMD x\nHEALTHCHECK none', key: 'image.healthcheck', gives: false },
    { text: 'RUN true', key: 'image.healthcheck', gives: undefined },
    { text: 'ENTRYPOINT ["a"]\nCMD ["b"]', key: 'process.argv', gives: ['a', 'b'] },
    { text: 'CMD ["b"]\nENTRYPOINT ["a"]', key: 'process.argv', gives: ['a', 'b'] },
    { text: 'CMD ["b"]', key: 'process.argv', gives: unknown },
    { text: 'SHELL ["/bin/bash", "-c"]\nENTRYPOINT a b', key: 'process.argv', gives: ['/bin/bash', '-c', 'a b'] },
    { text: 'COPY id_rsa key.pem /root/.ssh/', key: 'image.file./root/.ssh/id_rsa', gives: { secret: true } },
    { text: 'WORKDIR /w\nCOPY .env .', key: 'image.file./w/.env', gives: { secret: true } },
    {
      text: 'COPY --chmod=4755 --chown=0:0 x /usr/bin/x',
      key: 'image.file./usr/bin/x',
      gives: { mode: 0o4755, setuid: true, uid: 0 },
    },
    {
      text: 'COPY ["id_rsa", "/k"]\nRUN chmod 600 /k',
      key: 'image.file./k',
      gives: { secret: true, mode: 0o600, setuid: false },
    },
    { text: 'WORKDIR /w\nRUN chmod u+s ./x', key: 'image.file./w/x', gives: { setuid: true } },
    { text: 'RUN setcap cap_net_raw+ep /x', key: 'image.file./x', gives: { capabilities: ['NET_RAW'] } },
    { text: 'RUN --network=host x', key: 'build.network', gives: 'host' },
    { text: 'RUN --network=none x', key: 'build.network', gives: undefined },
    {
      text: 'RUN --network=host x\nRUN --security=insecure y',
      key: 'build.entitlements',
      gives: ['network.host', 'security.insecure'],
    },
    { text: 'RUN --mount=type=ssh x', key: 'build.ssh-or-secret-mounts', gives: true },
    { text: 'RUN --mount=id=a,type=secret x', key: 'build.ssh-or-secret-mounts', gives: true },
    { text: 'RUN --mount=type=cache,target=/x y', key: 'build.ssh-or-secret-mounts', gives: undefined },
    {
      text: 'ADD --checksum=sha256:a https://x/y /z',
      key: 'image.instruction.2:ADD',
      gives: '--checksum=sha256:a https://x/y /z',
    },
    { text: 'RUN curl x \\\n | sh', key: 'image.instruction.2:RUN', gives: 'curl x  | sh' },
    { text: 'RUN <<E\ncurl x\nE', key: 'image.instruction.2:RUN', gives: '<<E\ncurl x\nE' },
    { text: 'MAINTAINER me', key: 'image.instruction.2:MAINTAINER', gives: 'me' },
    { text: 'STOPSIGNAL SIGINT', key: 'image.instruction.2:STOPSIGNAL', gives: undefined },
  ])('$text', ({ text, key, gives }) => expect(fact(`FROM a\n${text}`, key)).toEqual(gives));

  test('an ENTRYPOINT clears the CMD of the stage beneath, not that of its own', () => {
    expect(fact('FROM scratch AS x\nCMD ["b"]\nFROM x\nENTRYPOINT ["a"]', 'process.argv')).toEqual(['a']);
  });

  test('on scratch nothing comes from elsewhere', () => {
    expect(facts('FROM scratch\nCMD ["b"]', {}, ['process.argv', 'image.healthcheck'])).toEqual({
      'process.argv': ['b'],
      'image.healthcheck': false,
    });
  });

  test('the ignore file is asked for beside the Dockerfile', () => {
    const exists = (path: string, from: string) => path === '.dockerignore' && from === FILE;
    const posture = (o: ReadOptions) => Posture.fold(imageLayers('FROM a', FILE, {}, o).layers);
    expect(posture({ ...options, exists }).known('image.ignore-file')).toBe(true);
    expect(posture(options).known('image.ignore-file')).toBe(false);
  });
});

describe('stages', () => {
  const text =
    'FROM a AS x\nUSER 5\nRUN --network=host one\nFROM b AS unused\nRUN two\nFROM c AS last\nCOPY --from=x /o /o\nRUN three';
  const instructions = (choice = {}) => [
    ...Posture.fold(imageLayers(text, FILE, choice, options).layers)
      .family('image.instruction.')
      .keys(),
  ];

  test('the build of every stage that is needed, the configuration of the own ones', () => {
    expect(instructions()).toEqual(['1:FROM', '2:USER', '3:RUN', '6:FROM', '7:COPY', '8:RUN']);
    expect(facts(text, {}, ['request.user', 'build.network', 'image.base'])).toEqual({
      'request.user': undefined,
      'build.network': 'host',
      'image.base': 'c',
    });
  });

  test.for([
    { target: 'unused', gives: ['4:FROM', '5:RUN'] },
    { target: 'UNUSED', gives: ['4:FROM', '5:RUN'] },
    { target: '1', gives: ['4:FROM', '5:RUN'] },
  ])('target $target', ({ target, gives }) => expect(instructions({ target })).toEqual(gives));

  test('a RUN mount needs its stage', () => {
    const mounted = 'FROM a AS x\nRUN one\nFROM b\nRUN --mount=type=bind,from=x,target=/x two';
    expect(fact(mounted, 'image.instruction.2:RUN')).toBe('one');
  });
});

describe('problems', () => {
  test.for([
    { text: '', gives: ['1 empty-dockerfile'] },
    { text: '# only a comment\n\n', gives: ['1 empty-dockerfile'] },
    { text: 'RUN a', gives: ['1 no-build-stage', '1 missing-from'] },
    { text: 'ARG A', gives: ['1 missing-from'] },
    { text: '\u007fELF\0\0', gives: ['1 binary'] },
    { text: 'FROM a\nUSR b', gives: ['2 unknown-instruction'] },
    { text: 'FROM a b', gives: ['1 from-form'] },
    { text: 'FROM', gives: ['1 from-form'] },
    { text: 'FROM a\nCOPY --form=x a b', gives: ['2 unknown-flag'] },
    { text: 'FROM a\nONBUILD RUN --netwrk=host a', gives: ['2 unknown-flag'] },
    { text: 'FROM a\nCOPY --from=3 a b', gives: ['2 unknown-stage'] },
    { text: 'FROM a AS builder\nFROM b\nCOPY --from=biulder a b', gives: ['3 unknown-stage'] },
    { text: 'FROM a AS builder\nFROM b\nCOPY --from=busybox:1 a b', gives: [] },
    { text: 'FROM a AS x\nCOPY --from=y a b\nFROM b AS y\nCOPY --from=x a b', gives: ['2 stage-cycle'] },
    { text: 'FROM a AS x\nCOPY --from=x a b', gives: ['2 stage-cycle'] },
    { text: 'FROM a\nCOPY a', gives: ['2 copy-form'] },
    { text: 'FROM a\nENV A=1 B', gives: ['2 key-value-form'] },
    { text: 'FROM a\nCMD ["a", 1]', gives: ['2 json-form'] },
    { text: 'FROM a\nSHELL sh', gives: ['2 shell-form'] },
    { text: 'FROM a\nHEALTHCHECK x', gives: ['2 healthcheck-form'] },
    { text: 'FROM a\nRUN --mount=type=bnd x', gives: ['2 unknown-value'] },
    { text: 'FROM a\nRUN --security=none x', gives: ['2 unknown-value'] },
    { text: 'FROM a\nRUN --network=bridge x', gives: ['2 unknown-value'] },
  ])('$text', ({ text, gives }) => expect(problems(text)).toEqual(gives));

  test('what is not understood makes its fact unknown', () => {
    expect(fact('FROM a\nRUN --network=bridge x', 'build.network')).toEqual(unknown);
    expect(fact('FROM a\nRUN --mount=type=bnd x', 'build.ssh-or-secret-mounts')).toEqual(unknown);
    expect(fact('FROM a\nHEALTHCHEK CMD x', 'image.healthcheck')).toEqual(unknown);
  });

  test('a target that is not there, with the nearest name', () => {
    const { layers, problems: found } = imageLayers('FROM a AS prod', FILE, { target: 'prd' }, options);
    expect(layers).toEqual([]);
    expect(found).toMatchObject([{ code: 'unknown-target', hint: 'did you mean `prod`?' }]);
  });

  test('never more than a hundred', () => {
    expect(problems(`FROM a\n${'XYZ\n'.repeat(1000)}`)).toHaveLength(100);
  });
});

describe('suppressions', () => {
  const text = `# cofferdam: ignore a-b first reason (until 2030-01-31)\nFROM a\nRUN x \\\n  # cofferdam: ignore c-d why not\n  y\n# cofferdam: ignore e-f\n# cofferdam ignore g`;
  const { subjects, problems: found } = readDockerfile(text, FILE, options);
  test('anywhere in the file, reason required', () => {
    expect(subjects[0]?.suppressions).toEqual([
      {
        vector: 'a-b',
        reason: 'first reason',
        until: '2030-01-31',
        place: { path: FILE, line: 1, column: 1, endColumn: 56 },
      },
      { vector: 'c-d', reason: 'why not', place: { path: FILE, line: 4, column: 3, endColumn: 34 } },
    ]);
    expect(found.map(({ code, at }) => [code, at.line])).toEqual([['suppression-form', 6]]);
  });
});

test('the subject', () => {
  expect(readDockerfile('FROM a\nFROM b', 'x/Dockerfile', options).subjects).toMatchObject([
    {
      id: 'x/Dockerfile',
      kind: 'image',
      artifact: 'dockerfile',
      place: { path: 'x/Dockerfile', line: 2, column: 1 },
      layers: [{ phase: 'build' }],
    },
  ]);
});

describe('real files', () => {
  const keys = ['image.base', 'request.user', 'process.uid', 'process.cwd', 'image.healthcheck', 'image.exposed-ports'];
  test.for([
    {
      file: 'nginx-wsgi-flask/flask',
      gives: ['python:3.9.2-alpine', 'nonroot', 'non-root', '/home/app', undefined, ['5000/tcp']],
    },
    { file: 'nginx-wsgi-flask/nginx', gives: ['nginx:1.19.7-alpine', 'nginx', 101, '/app', undefined, undefined] },
    {
      file: 'react-express-mysql/backend',
      gives: ['node:lts', undefined, undefined, '/code', true, ['80/tcp', '9229/tcp', '9230/tcp']],
    },
    {
      file: 'react-java-mysql/backend',
      gives: ['eclipse-temurin:17-jre-focal', undefined, undefined, undefined, undefined, ['8080/tcp']],
    },
    {
      file: 'react-rust-postgres/backend',
      gives: ['debian:buster-slim', undefined, undefined, undefined, undefined, ['8000/tcp']],
    },
    { file: 'traefik-golang/backend', gives: ['scratch', '0', 0, undefined, false, undefined] },
  ])('$file', ({ file, gives }) => {
    const text = readFileSync(
      new URL(`../../../test/corpus/awesome-compose/${file}/Dockerfile`, import.meta.url),
      'utf8',
    );
    expect(problems(text)).toEqual([]);
    expect(Object.values(facts(text, {}, keys))).toEqual(gives);
  });
});

test('a build argument without a name is no fact', () => {
  const options = { read: () => new Unknown('nothing'), exists: () => false, environment: {} };
  const { subjects } = readDockerfile('FROM i\nARG =x', 'Dockerfile', options);
  const keys = subjects.flatMap(({ layers }) =>
    layers.flatMap(({ statements }) => statements.flatMap(({ facts }) => Object.keys(facts))),
  );
  expect(keys.filter((key) => key.startsWith('image.arg.'))).toEqual([]);
});
