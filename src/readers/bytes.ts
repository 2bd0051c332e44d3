const SIZE = /^((?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?) ?(?:([kmgtp])(?:i?b)?|b)?$/i;
const POWERS = ' kmgtp';

/** docker/go-units `RAMInBytes`: binary multiples, `512m`, `1.5g`, `1GiB`; undefined for what it refuses, signs included. */
export function parseBytes(text: string): number | undefined {
  const match = SIZE.exec(text);
  if (match === null) return undefined;
  const bytes = Math.trunc(Number(match[1]) * 1024 ** POWERS.indexOf((match[2] ?? ' ').toLowerCase()));
  return Number.isSafeInteger(bytes) ? bytes : undefined;
}
