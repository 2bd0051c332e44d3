import type { Change, Posture } from '../posture/index.ts';
import type { ArtifactKind } from '../readers/subject.ts';
import { REMEDIES, type Remedy } from './remedy.data.ts';

/** The change as an instruction in the language of the artifact. Statements that are taken back are quoted with their place. */
export function describeChange(change: Change, artifact: ArtifactKind, posture: Posture): string {
  if (change.kind === 'withdraw')
    return `remove \`${change.source.text}\` (${change.source.path}:${change.source.line})`;
  const remedy = remedyFor(change);
  const member = memberOf(change.key, remedy?.key ?? '');
  const template =
    remedy === undefined
      ? 'set {key} to {value}'
      : (remedy.text[artifact] ?? languageOf(remedy, posture) ?? remedy.otherwise);
  return template
    .replaceAll('{member}', member)
    .replaceAll('{key}', change.key)
    .replaceAll('{value}', JSON.stringify(change.value));
}

/** How much trouble a change makes, for the order of fixes of one size: taking back what somebody wrote is the least. */
export function changeCost(change: Change): number {
  return change.kind === 'withdraw' ? 1 : 1 + (remedyFor(change)?.cost ?? 3);
}

/** The same change is part of the fixes of many vectors. */
const remedies = new WeakMap<Change, Remedy | null>();

function remedyFor(change: Extract<Change, { kind: 'set' }>): Remedy | undefined {
  let found = remedies.get(change);
  if (found === undefined) {
    const isMeant = ({ key, value }: Remedy) =>
      fits(key, change.key) && (value === undefined || value === String(change.value));
    found = REMEDIES.find(isMeant) ?? null;
    remedies.set(change, found);
  }
  return found ?? undefined;
}

function fits(pattern: string, key: string): boolean {
  return pattern.endsWith('*') ? key.startsWith(pattern.slice(0, -1)) : pattern === key;
}

function memberOf(key: string, pattern: string): string {
  return pattern.endsWith('*') ? key.slice(pattern.length - 1) : key;
}

/** An image or posture has no flags of its own; the engine that would start it has. */
function languageOf(remedy: Remedy, posture: Posture): string | undefined {
  const engine = posture.known('engine.name');
  return engine === 'kubernetes' ? remedy.text.kubernetes : undefined;
}
