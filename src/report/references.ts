import type { References } from '../vectors/index.ts';

const FRAMEWORKS: readonly (readonly [key: keyof References, name: string])[] = [
  ['attack', 'MITRE ATT&CK'],
  ['microsoftMatrix', 'Microsoft threat matrix for Kubernetes'],
  ['cwe', 'CWE'],
  ['cve', 'CVE'],
  ['cisDocker', 'CIS Docker Benchmark'],
  ['cisKubernetes', 'CIS Kubernetes Benchmark'],
  ['nist800190', 'NIST SP 800-190'],
  ['pss', 'Pod Security Standards'],
  ['owaspDocker', 'OWASP Docker Top 10'],
  ['owaspKubernetes', 'OWASP Kubernetes Top 10'],
  ['kubehound', 'KubeHound'],
  ['papers', 'Papers'],
  ['docs', 'Documentation'],
];

/** Frameworks that cover the vector, by name. */
export function referenceEntries(refs: References): readonly (readonly [name: string, ids: readonly string[]])[] {
  return FRAMEWORKS.flatMap(([key, name]) => {
    const ids = refs[key] ?? [];
    return ids.length === 0 ? [] : [[name, ids] as const];
  });
}
