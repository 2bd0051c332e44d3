import { factOf, type Statement } from '../../posture/index.ts';
import { run } from '../command.ts';

/** Programs that tell their release, and the fact that it is. */
const PROGRAMS = ['runc', 'containerd', 'buildkitd'] as const;

const FACTS = {
  runc: 'host.fact.runc-version',
  containerd: 'host.fact.containerd-version',
  buildkitd: 'host.fact.buildkit-version',
} as const;

/** `--version` tells at once. */
const TIMEOUT_MS = 3000;

/** Releases of the programs that are installed; an engine that answers knows better which it uses. */
export async function programStatements(): Promise<readonly Statement[]> {
  const answers = await Promise.all(PROGRAMS.map((program) => run(program, ['--version'], TIMEOUT_MS)));
  return PROGRAMS.flatMap((program, i): Statement[] => {
    const release = answers[i]?.error === null ? releaseIn(answers[i]?.stdout ?? '') : undefined;
    return release === undefined
      ? []
      : [
          {
            phase: 'host',
            source: { kind: 'observed', from: `${program} --version` },
            facts: factOf(FACTS[program], release),
          },
        ];
  });
}

/** `1.1.5+ds1`, `1.6.20~ds1` and `v1.7.24` are releases with a word of the distribution before or behind. */
export function releaseIn(text: string): string | undefined {
  return /\d+\.\d+(?:\.\d+)?(?:-rc\.?\d+)?/.exec(text)?.[0];
}
