import type { SelinuxLabel } from '../posture/index.ts';

/** `user:role:type:level`; the level may hold colons itself. */
export function parseSelinuxLabel(label: string): SelinuxLabel {
  const [user, role, type, ...level] = label.split(':');
  return {
    ...(user ? { user } : {}),
    ...(role ? { role } : {}),
    ...(type ? { type } : {}),
    ...(level.length > 0 ? { level: level.join(':') } : {}),
  };
}

const PART = /^(user|role|type|level):(.*)$/s;

/**
 * The value of `--security-opt label=…`: `disable`, or one part of a label (opencontainers/selinux go-selinux/label `InitLabels`);
 * the parts of several options make one label together. Undefined where it is neither.
 */
export function parseLabelOption(value: string): 'disabled' | SelinuxLabel | undefined {
  if (value === 'disable') return 'disabled';
  const [, part, rest] = PART.exec(value) ?? [];
  return part === undefined ? undefined : { [part]: rest };
}
