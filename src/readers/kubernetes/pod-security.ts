import type { CofferdamError } from '../../posture/index.ts';
import type { Document } from '../document/index.ts';
import { type KubernetesFile, readObjects } from './object.ts';
import { type Pod, readPods } from './pods.ts';

/**
 * Every pod of a file with all its containers, decoded with places: what the Pod Security Standards judge. They look at a pod as a
 * whole, at fields that no fact holds, and at annotations.
 */
export function readPodSecurity(input: string | readonly Document[] | KubernetesFile, path: string): readonly Pod[] {
  const file = typeof input === 'object' && 'objects' in input ? input : readObjects(input, path);
  const problems: CofferdamError[] = [];
  return file.objects.flatMap((object) => readPods(object, problems));
}
