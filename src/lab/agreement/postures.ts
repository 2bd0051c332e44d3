import { type CheckOptions, Objects, openSession, type SessionOptions } from '../../check/index.ts';
import { MACHINE, observeHost } from '../../live/index.ts';
import { CofferdamError, type Layer, type Posture, Unknown } from '../../posture/index.ts';
import type { Subject } from '../../readers/index.ts';
import { readOciConfig } from '../../readers/oci/index.ts';
import type { Machine, OciConfig } from '../../runtimes/index.ts';

/** What configurations come to on a machine, by reading and assembling alone. */
export class Postures {
  readonly options: CheckOptions;
  readonly objects: Objects;

  private constructor(options: CheckOptions) {
    this.options = options;
    this.objects = new Objects(options, []);
  }

  /** `machine`: default: this one. */
  static async open(options: SessionOptions, machine?: Machine): Promise<Postures> {
    const observed = observeHost({ files: machine?.files ?? MACHINE });
    const { checkOptions } = await openSession([], { ...options, observed });
    return new Postures(checkOptions);
  }

  /** An error where the reader will not have it. */
  async of(config: OciConfig): Promise<Posture | CofferdamError> {
    const subject = read(config);
    if (subject instanceof CofferdamError) return subject;
    const layers = joinsHostNetwork(config) ? subject.layers : [...subject.layers, UNATTACHED];
    const { posture } = await this.objects.assemble({ ...subject, layers });
    return posture;
  }
}

/** A bundle does not say what its network namespace gets attached to; here nobody attaches it to anything. */
const UNATTACHED: Layer = {
  phase: 'create',
  statements: [
    {
      phase: 'create',
      source: { kind: 'observed', from: 'a start without an engine' },
      facts: { 'network.mode': 'none' },
    },
  ],
};

function joinsHostNetwork({ linux }: OciConfig): boolean {
  const { namespaces = [] } = (linux ?? {}) as { namespaces?: readonly { type: string; path?: string }[] };
  return !namespaces.some(({ type, path }) => type === 'network' && path === undefined);
}

const NOTHING_BESIDE = {
  read: (path: string) => new Unknown(`a generated configuration has no file ${path}`),
  exists: () => false,
  environment: {},
};

function read(config: OciConfig): Subject | CofferdamError {
  const { subjects, problems } = readOciConfig(JSON.stringify(config), 'config.json', NOTHING_BESIDE);
  const [subject] = subjects;
  const fallback = (): CofferdamError => new CofferdamError('sandbox', 'no object is described', 'describe one');
  return problems[0] ?? subject ?? fallback();
}
