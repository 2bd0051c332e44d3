/**
 * Published standards that an object is held against as a whole, beside the vectors. An object that a standard does not speak
 * of (a container of a compose file against the Pod Security Standards) gets no result from it.
 */
import type { Subject } from '../../readers/subject.ts';
import type { StandardResult } from '../result.ts';
import { podSecurity, readStandard, type Standard } from './pod-security.ts';

export type StandardsOf = (subject: Subject) => readonly StandardResult[];

/**
 * The named standards, each once. All containers of a pod share its result: the standards judge pods.
 * @throws CofferdamError `unknown-standard`
 */
export function standardsFor(named: readonly string[]): StandardsOf {
  const standards = [...new Map(named.map(readStandard).map((one) => [`${one.name}@${one.minor}`, one])).values()];
  const judged = new Map<NonNullable<Subject['pod']>, readonly StandardResult[]>();
  return ({ pod }) => {
    if (pod === undefined) return [];
    const results = judged.get(pod) ?? standards.map((standard) => hold(pod, standard));
    judged.set(pod, results);
    return results;
  };
}

function hold({ template, object }: NonNullable<Subject['pod']>, standard: Standard): StandardResult {
  return podSecurity({ template, document: object.document }, standard);
}
