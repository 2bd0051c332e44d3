import { readdirSync, readFileSync } from 'node:fs';
import { posix } from 'node:path';
import { describe, expect, test } from 'vitest';
import { Unknown } from '../src/posture/index.ts';
import { readCompose } from '../src/readers/compose/index.ts';
import { readDockerfile } from '../src/readers/dockerfile/index.ts';
import { readKubernetes } from '../src/readers/kubernetes/index.ts';
import type { ReadOptions } from '../src/readers/subject.ts';

const CORPUS = new URL('./corpus/', import.meta.url);
const names = readdirSync(CORPUS, { recursive: true, encoding: 'utf8' }).sort();
const textOf = (name: string): string => readFileSync(new URL(name, CORPUS), 'utf8');
const at = (path: string, from: string): string => posix.join(posix.dirname(from), path);
const options: ReadOptions = {
  read: (path, from) =>
    names.includes(at(path, from))
      ? { path: at(path, from), text: textOf(at(path, from)) }
      : new Unknown('no such file'),
  exists: (path, from) => names.includes(at(path, from)),
  environment: {},
};

/** Counted without a YAML parser: the names on the first level below `services:`. */
function servicesOf(text: string): string[] {
  const lines = text.split(/\r?\n/).filter((line) => /^\s*[^#\s]/.test(line));
  const start = lines.findIndex((line) => /^services:/.test(line));
  const after = lines.slice(start + 1);
  const end = after.findIndex((line) => /^\S/.test(line));
  const body = end < 0 ? after : after.slice(0, end);
  const indent = /^\s*/.exec(body[0] ?? '')?.[0] ?? '';
  return body
    .filter((line) => line.startsWith(indent) && /^[\w-]+:/.test(line.slice(indent.length)))
    .map((line) => line.trim().replace(/:.*/, ''));
}

describe('awesome-compose', () => {
  const compose = names.filter((name) => /\/compose\.ya?ml$/.test(name));
  const dockerfiles = names.filter((name) => /\/Dockerfile[^/]*$/.test(name));

  test('is whole', () => {
    expect(compose).toHaveLength(39);
    expect(dockerfiles).toHaveLength(35);
    expect(compose.flatMap((name) => servicesOf(textOf(name)))).toHaveLength(81);
  });

  test.for(compose)('%s', (name) => {
    const { subjects, problems } = readCompose(textOf(name), name, options);
    expect(problems).toEqual([]);
    expect(subjects.map((subject) => subject.name)).toEqual(servicesOf(textOf(name)));
  });

  test.for(dockerfiles)('%s', (name) => {
    const { subjects, problems } = readDockerfile(textOf(name), name, options);
    expect(problems).toEqual([]);
    expect(subjects).toHaveLength(1);
  });
});

describe('manifests that the Kubernetes project tests Pod Security with', () => {
  const manifests = names.filter((name) => name.startsWith('pod-security/') && name.endsWith('.yaml'));

  test('are there', () => expect(manifests.length).toBeGreaterThan(350));

  test.for(manifests)('%s', (name) => {
    const { subjects, problems } = readKubernetes(textOf(name), name);
    expect(subjects.length).toBeGreaterThan(0);
    // CAP_CHOWN with its prefix, which containerd and CRI-O understand differently.
    const odd = /capabilities_baseline3\.yaml$/.test(name) ? ['unknown-capability'] : [];
    expect(problems.map(({ code }) => code)).toEqual(odd);
  });
});
