/** Order of releases of a component: dotted numbers; a pre-release (`-rc1`) sorts before its release. */
export function compareReleases(a: string, b: string): number {
  const [left, right] = [releaseParts(a), releaseParts(b)];
  for (let i = 0; i < Math.max(left.length, right.length); i++) {
    const difference = (left[i] ?? 0) - (right[i] ?? 0);
    if (difference !== 0) return difference;
  }
  return 0;
}

function releaseParts(text: string): number[] {
  const [release = '', pre] = text.replace(/^v/, '').split(/[-~+]/, 2);
  const parts = release.split('.').map(Number);
  while (parts.length < 3) parts.push(0);
  const candidate = /rc\.?(\d+)/.exec(pre ?? '');
  parts.push(candidate ? Number(candidate[1]) - 1_000_000 : 0);
  return parts;
}
