import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Finding, ResultDocument } from '../src/check/index.ts';
import { sessionOptions } from '../src/cli/commands/check.ts';
import { proveTargets, runtimeNamed } from '../src/prove/index.ts';
import { PrivateDocker } from './support/dockerd.ts';
import { lacking } from './support/runtimes.ts';

/*
 * A running container of a real Docker, three ways: as it runs, with its installed filter; as its run line predicts; and as a
 * container of ours from that run line proves. They tell the same.
 */

const reason = lacking({ programs: ['dockerd', 'docker', 'runc'] });
const RUNS = {
  default: [],
  privileged: ['--privileged'],
  hardened: [
    ...['--read-only', '--cap-drop=ALL', '--security-opt=no-new-privileges', '--user=1000:1000'],
    ...['--pids-limit=100', '--memory=64m'],
  ],
} as const;

describe.skipIf(reason !== undefined)(`docker (${reason ?? 'here'})`, () => {
  let docker: PrivateDocker;
  beforeAll(async () => {
    docker = new PrivateDocker();
    await docker.ready();
    process.env.DOCKER_HOST = `unix://${docker.socket}`;
  }, 120_000);
  afterAll(async () => {
    delete process.env.DOCKER_HOST;
    await docker.end();
  }, 120_000);

  test.for(Object.entries(RUNS))('%s', async ([name, options]) => {
    docker.run(name, options);
    const prove = { runtime: runtimeNamed('embedded') };
    const live = await proveTargets([`docker:${name}`], sessionOptions([], {}), prove);
    const version = docker.docker('version', '--format', '{{.Server.Version}}').replace(/[^\d.].*$/, '');
    const line = `docker-run:--network=none ${options.join(' ')} stub`;
    const described = await proveTargets([line], sessionOptions([], { engine: [`docker@${version}`] }), prove);

    for (const result of [live, described]) {
      expect(result.targets[0]?.sandbox?.failure).toBeUndefined();
      expect(disagreements(result)).toEqual([]);
      expect(result.summary.proof?.agrees).toBeGreaterThan(200);
    }
    const proven = provenOpen(described);
    expect(
      [...provenOpen(live)].filter(([vector, found]) => found !== proven.get(vector) && proven.has(vector)),
    ).toEqual([]);
    expect(differing(verdictsOf(live), verdictsOf(described))).toEqual([]);
    const seccomp = live.targets[0]?.findings.some(({ because }) =>
      because.some((text) => /PTRACE_SECCOMP_GET_FILTER/.test(text)),
    );
    expect(seccomp).toBe(name !== 'privileged');
  });
});

const findings = (result: ResultDocument): readonly Finding[] => result.targets[0]?.findings ?? [];

function disagreements(result: ResultDocument): string[] {
  return findings(result)
    .filter(({ proof }) => proof?.agrees === false)
    .map(({ vector, verdict, proof }) => `${vector}: ${verdict}, but ${proof?.evidence.join('; ')}`);
}

function provenOpen(result: ResultDocument): ReadonlyMap<string, boolean> {
  const told = findings(result).filter(({ proof }) => proof !== null && proof.verdict !== 'unknown');
  return new Map(told.map(({ vector, proof }) => [vector, proof?.verdict === 'open']));
}

function verdictsOf(result: ResultDocument): ReadonlyMap<string, string> {
  return new Map(findings(result).map(({ vector, verdict }) => [vector, verdict]));
}

/** Where both know. A capability that this machine withholds from its root is not in the running container. */
function differing(live: ReadonlyMap<string, string>, described: ReadonlyMap<string, string>): string[] {
  return [...live].flatMap(([vector, verdict]) => {
    const other = described.get(vector);
    if (other === undefined || verdict === 'unknown' || other === 'unknown' || verdict === other) return [];
    return vector === 'cap-sys-resource' ? [] : [`${vector}: live ${verdict}, described ${other}`];
  });
}
