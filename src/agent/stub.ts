import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { CofferdamError } from '../posture/index.ts';

export type Machine = 'x86_64' | 'aarch64';

const MACHINES: Readonly<Record<string, Machine>> = { x64: 'x86_64', arm64: 'aarch64' };

/** The stub's binary, for this machine where none is named: beside the bundle in a package, in agent/bin of the sources. */
export function stubPath(machine: Machine | undefined = MACHINES[process.arch]): string {
  const places = [`./agent/${machine}`, `../agent/bin/${machine}`, `../../agent/bin/${machine}`];
  const found = places.map((place) => fileURLToPath(new URL(place, import.meta.url))).find((path) => existsSync(path));
  if (machine !== undefined && found !== undefined) return found;
  throw new CofferdamError(
    'agent',
    `there is no stub for ${machine ?? process.arch}`,
    'proofs need a machine of x86-64 or aarch64, and the package as it was published',
  );
}
