import type { Finding, TargetResult } from '../check/result.ts';
import { escapeForeign } from './escape.ts';
import { paletteOf, wrap } from './layout.ts';
import { findingLines, LEGEND } from './tree.ts';
import { engineText, placeText } from './wording.ts';

/** One finding of one object in full, for `explain`. */
export function renderFinding(
  finding: Finding,
  target: TargetResult,
  { width, color }: { width: number; color: boolean },
): string {
  const palette = paletteOf(color);
  const title = [escapeForeign(target.name), placeText(target.source), engineText(target)]
    .filter((part) => part !== '')
    .join('  ');
  const lines = [
    ...wrap(title, width).map(palette.bold),
    ...findingLines(finding, { width, palette }),
    ...wrap(LEGEND, width).map(palette.dim),
  ];
  return `${lines.join('\n')}\n`;
}
