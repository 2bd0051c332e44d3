import type { PostureDocument } from '../posture/document.ts';
import type { Subject } from '../readers/index.ts';
import type { Assembled } from './check.ts';
import { engineFamily } from './posture-of.ts';

/** The object as it was judged: the statements of its engine, host and image are in it, and nothing has to be laid beneath. */
export function assembledDocument(subject: Subject, assembled: Assembled): PostureDocument {
  const { engine, posture } = assembled;
  return { ...described(subject), ...(engine !== undefined && { engine }), statements: posture.statements };
}

/** The object as its artifact states it: the defaults of its engine are laid beneath when it is judged. */
export function statedDocument(subject: Subject): PostureDocument {
  const engine = engineFamily(subject);
  const statements = subject.layers.flatMap((layer) => layer.statements);
  return { ...described(subject), ...(engine !== undefined && { engine }), statements };
}

function described({ id, kind, name, artifact, place }: Subject) {
  return { id, kind, name, artifact, place };
}
