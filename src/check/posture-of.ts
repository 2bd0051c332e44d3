import { assemble, type EngineAtVersion, type EngineName, type Surroundings } from '../engines/index.ts';
import { Posture, type Statement } from '../posture/index.ts';
import type { Subject } from '../readers/subject.ts';

/** The engine family that starts an object, where one does. */
export function engineFamily(subject: Subject): EngineName | undefined {
  if (subject.kind !== 'workload' || subject.assembled !== undefined) return undefined;
  return subject.engine ?? 'docker';
}

/** The folded posture of any object: a workload through its engine, everything else as its own statements. */
export function postureOf(subject: Subject, engine: EngineAtVersion | undefined, surroundings: Surroundings): Posture {
  const statements = subject.layers.flatMap((layer) => layer.statements);
  const assembled = withEngine(subject, statements, engine, surroundings);
  return subject.observed === undefined ? assembled : new Posture(subject.observed, assembled);
}

function withEngine(
  subject: Subject,
  statements: readonly Statement[],
  engine: EngineAtVersion | undefined,
  surroundings: Surroundings,
): Posture {
  if (engine === undefined || subject.kind !== 'workload')
    return new Posture([...(surroundings.host ?? []), ...statements]);
  if (subject.artifact === 'oci-config')
    return new Posture([runtimeStatement(engine), ...(surroundings.host ?? []), ...statements]);
  return assemble(statements, engine, surroundings);
}

/** An OCI config.json says everything itself; the runtime adds only what it is. */
function runtimeStatement(engine: EngineAtVersion): Statement {
  return {
    phase: 'create',
    source: { kind: 'default', engine: engine.title, cite: 'OCI runtime specification 1.2' },
    facts: {
      'sandbox.kind': 'os',
      'engine.name': engine.name,
      'engine.version': engine.version,
      'engine.rootless': false,
      'device.*': 'default',
    },
  };
}
