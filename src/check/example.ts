import { loadEngine, readChoice, usualChoice } from '../engines/index.ts';
import { CofferdamError, type Statement, Unknown } from '../posture/index.ts';
import type { ReadOptions, ReadResult, Subject } from '../readers/subject.ts';
import type { Example, Vector } from '../vectors/index.ts';
import { Assessment, type Judged } from './assessment.ts';
import type { Catalogue, CompiledVector } from './catalogue.ts';
import { engineFamily, postureOf } from './posture-of.ts';

/** An example stands alone: it may name no file beside itself. */
const NOTHING_BESIDE: ReadOptions = {
  read: (path) => new Unknown(`an example has no file ${path}`),
  exists: () => false,
  environment: {},
};

/** How an example is judged: the verdict, and the judged vector unless it is not applicable. */
export interface ExampleOutcome {
  readonly verdict: Example['verdict'];
  readonly judged: Judged | undefined;
  /** The explanation tree, as lines. */
  readonly because: readonly string[];
}

/**
 * Reads the example in its own language and judges the vector over the object that it means.
 * @throws CofferdamError where the example itself cannot be read: a defect of the vector's file.
 */
export async function judgeExample(vector: Vector, example: Example, catalogue: Catalogue): Promise<ExampleOutcome> {
  const { subjects, host, daemon } = await readExample(example);
  const candidates = subjects.filter((subject) => vector.appliesTo.includes(subject.kind));
  const subject = candidates.find((candidate) => example.of === undefined || candidate.name === example.of);
  if (subject === undefined) return { verdict: 'not-applicable', judged: undefined, because: [] };
  const family = engineFamily(subject);
  const engine =
    family && (await loadEngine(example.engine === undefined ? [usualChoice(family)] : readChoice(example.engine)));
  const posture = postureOf(subject, engine, { host, daemon });
  const compiled = catalogue.vectors.find((candidate) => candidate.vector === vector) as CompiledVector;
  const assessment = new Assessment(catalogue, posture);
  const [judged] = assessment.judgeAll([compiled], subject.kind);
  return { verdict: judged?.verdict ?? 'not-applicable', judged, because: assessment.explainInLines(compiled) };
}

/** What an example states: the objects of its artifact, and what it says of what lies around them. */
export async function readExample(example: Example): Promise<{
  readonly subjects: readonly Subject[];
  readonly host: readonly Statement[];
  readonly daemon: readonly Statement[];
}> {
  return {
    subjects: wholeResult(await readArtifact(example)).subjects,
    host: await hostStatements(example.host),
    daemon: await daemonStatements(example.withDaemon),
  };
}

async function readArtifact(example: Example): Promise<ReadResult> {
  if (example.docker !== undefined) return runLine(`docker ${example.docker}`, 'docker');
  if (example.podman !== undefined) return runLine(`podman ${example.podman}`, 'podman');
  if (example.compose !== undefined)
    return (await import('../readers/compose/index.ts')).readCompose(example.compose, 'compose.yaml', NOTHING_BESIDE);
  if (example.dockerfile !== undefined)
    return (await import('../readers/dockerfile/index.ts')).readDockerfile(
      example.dockerfile,
      'Dockerfile',
      NOTHING_BESIDE,
    );
  if (example.oci !== undefined)
    return (await import('../readers/oci/index.ts')).readOciConfig(example.oci, 'config.json', NOTHING_BESIDE);
  if (example.inspect !== undefined)
    return (await import('../readers/inspect/index.ts')).readInspect(example.inspect, 'inspect.json', NOTHING_BESIDE);
  if (example.daemon !== undefined)
    return (await import('../readers/daemon/index.ts')).readDaemon(example.daemon, 'daemon.json', NOTHING_BESIDE);
  if (example.hostProfile !== undefined)
    return (await import('../readers/host-profile/index.ts')).readHostProfile(example.hostProfile, 'host.yaml');
  if (example.kubernetes !== undefined)
    return (await import('../readers/kubernetes/index.ts')).readKubernetes(
      example.kubernetes,
      'pod.yaml',
      NOTHING_BESIDE,
    );
  throw new CofferdamError(
    'empty-example',
    'an example states no artifact',
    'state one of docker, compose, kubernetes, …',
  );
}

async function runLine(line: string, engine: 'docker' | 'podman'): Promise<ReadResult> {
  return (await import('../readers/run-line/index.ts')).readRunLine(line, { path: 'run.sh', engine }, NOTHING_BESIDE);
}

async function hostStatements(profile: string | undefined): Promise<readonly Statement[]> {
  if (profile === undefined) return [];
  return statementsOf(
    wholeResult((await import('../readers/host-profile/index.ts')).readHostProfile(profile, 'host.yaml')).subjects,
  );
}

async function daemonStatements(settings: string | undefined): Promise<readonly Statement[]> {
  if (settings === undefined) return [];
  return statementsOf(
    wholeResult((await import('../readers/daemon/index.ts')).readDaemon(settings, 'daemon.json', NOTHING_BESIDE))
      .subjects,
  );
}

function statementsOf(subjects: readonly Subject[]): readonly Statement[] {
  return subjects.flatMap((subject) => subject.layers.flatMap((layer) => layer.statements));
}

function wholeResult(result: ReadResult): ReadResult {
  const [problem] = result.problems;
  if (problem) throw problem;
  return result;
}
