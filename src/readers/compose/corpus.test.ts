import { readdirSync, readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Place } from '../../posture/index.ts';
import { factsOf, optionsOver, readAll } from './fixtures/in-memory.ts';
import { readCompose } from './index.ts';

const FOLDER = new URL('../../../test/corpus/awesome-compose/', import.meta.url);

function stored(name: string): Record<string, string> {
  const folder = new URL(`${name}/`, FOLDER);
  const files = readdirSync(folder, { withFileTypes: true }).filter((entry) => entry.isFile());
  return Object.fromEntries(files.map(({ name: file }) => [file, readFileSync(new URL(file, folder), 'utf8')]));
}

const NAMES = readdirSync(FOLDER, { withFileTypes: true }).flatMap((entry) =>
  entry.isDirectory() ? [entry.name] : [],
);

describe('files of awesome-compose', () => {
  test.for<readonly [string, Record<string, Record<string, unknown>>]>([
    [
      'wireguard',
      {
        wireguard: {
          'request.capability.NET_ADMIN': 'add',
          'request.capability.SYS_MODULE': 'add',
          'sysctl.net.ipv4.conf.all.src_valid_mark': '1',
          'env.TZ': 'Etc/UTC',
          'mount./usr/src': { type: 'bind', source: '/usr/src', readonly: false },
        },
      },
    ],
    [
      'portainer',
      {
        portainer: {
          'mount./var/run/docker.sock': { type: 'bind', source: '/var/run/docker.sock', readonly: false },
          'network.published.0.0.0.0:9000/tcp': true,
        },
      },
    ],
    ['traefik-golang', { frontend: { 'image.tag': '2.6' }, backend: { 'network.mode': 'bridge' } }],
    [
      'nginx-golang-mysql',
      {
        backend: { 'mount./run/secrets/db-password': { type: 'secret', source: './db/password.txt', readonly: true } },
        db: { 'image.healthcheck': true },
        proxy: {
          'mount./etc/nginx/conf.d/default.conf': { type: 'bind', source: './proxy/nginx.conf', readonly: true },
        },
      },
    ],
    [
      'pihole-cloudflared-DoH',
      {
        cloudflared: { 'env.PORT': '5054' },
        pihole: { 'request.capability.NET_ADMIN': 'add', 'network.published.0.0.0.0:53/udp': true },
      },
    ],
    ['elasticsearch-logstash-kibana', { elasticsearch: { 'network.mode': 'bridge' }, logstash: {}, kibana: {} }],
  ])('%s', ([name, services]) => {
    const result = readAll(stored(name));
    expect(result.problems).toEqual([]);
    expect(result.subjects.map((subject) => subject.name).sort()).toEqual(Object.keys(services).sort());
    for (const [service, facts] of Object.entries(services)) expect(factsOf(result, service)).toMatchObject(facts);
  });
});

/** Every place that a result names. */
function places(result: ReturnType<typeof readAll>): Partial<Place>[] {
  const statements = result.subjects.flatMap((subject) => subject.layers.flatMap((layer) => layer.statements));
  return [
    ...result.problems.map(({ at }) => at),
    ...result.subjects.map(({ place }) => place),
    ...statements.flatMap(({ source }) => (source.kind === 'stated' ? [source, ...(source.via ?? [])] : [])),
  ];
}

function inside(place: Partial<Place>, text: string): boolean {
  if (place.line === undefined || place.column === undefined) return true;
  const line = text.split('\n')[place.line - 1];
  return line !== undefined && place.column >= 1 && (place.endColumn ?? place.column) <= line.length + 1;
}

const OWN = `x-a: &a {privileged: true}
include: [compose.yaml]
services:
  base: {image: "a:\${T:-1}", <<: *a, cap_add: [CAP_SYS_ADMIN], security_opt: ["seccomp:x", "label:type:y"]}
  web:
    extends: base
    volumes: ["./a:/b:ro", {type: bind, source: /, target: /h}]
    ports: ["1-2:3-4/udp", {target: 1, published: 2}]
    network_mode: service:base
    deploy: {resources: {limits: {memory: 1g}}}
    ulimits: {nofile: {soft: 1, hard: 2}}
volumes: {v: {driver_opts: {o: bind, device: /x}}}
`;

describe('whatever is read', () => {
  const texts = [OWN, ...NAMES.map((name) => stored(name)['compose.yaml'] ?? '')];
  const pieces = [
    '${',
    '}',
    ':',
    '- ',
    '\n  ',
    '&a ',
    '*a',
    '!reset ',
    '<<: ',
    '"',
    '[',
    '{',
    'null',
    '\t',
    'é',
    '\u0000',
    '#',
    'extends: web\n',
  ];
  const mutated = fc
    .tuple(
      fc.constantFrom(...texts),
      fc.array(fc.tuple(fc.nat(), fc.nat(12), fc.constantFrom(...pieces, '')), { maxLength: 6 }),
    )
    .map(([text, edits]) =>
      edits.reduce((now, [at, cut, piece]) => {
        const offset = at % (now.length + 1);
        return now.slice(0, offset) + piece + now.slice(offset + cut);
      }, text),
    );

  test('it never throws, and places lie in the text', () => {
    fc.assert(
      fc.property(mutated, (text) => {
        const result = readCompose(text, 'compose.yaml', optionsOver({ 'compose.yaml': text }));
        for (const place of places(result)) expect(inside(place, text), JSON.stringify(place)).toBe(true);
      }),
      { numRuns: 300, seed: 3 },
    );
  });

  test('aliases and chains that blow up are refused at once', () => {
    const bomb = [
      'a0: &a0 [x, x]',
      ...Array.from({ length: 40 }, (_, i) => `a${i + 1}: &a${i + 1} [${`*a${i}, `.repeat(9)}]`),
    ].map((line) => `x-${line}`);
    const chain = Array.from({ length: 5000 }, (_, i) => `  s${i}: {image: a, extends: s${i + 1}}`);
    const wide = `x-w: &w {image: a, environment: [${'A=1, '.repeat(2000)}]}\nservices:\n${Array.from({ length: 2000 }, (_, i) => `  s${i}: *w`).join('\n')}\n`;
    const codes = (text: string) => new Set(readAll({ 'compose.yaml': text }).problems.map(({ code }) => code));
    expect(codes(`${bomb.join('\n')}\nservices: {web: {image: a, ports: *a40}}\n`)).toEqual(new Set(['too-large']));
    expect(codes(`services:\n${chain.join('\n')}\n`)).toContain('extends-cycle');
    expect(codes(wide)).toEqual(new Set(['too-large']));
  });
});
