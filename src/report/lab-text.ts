import type { Study } from '../lab/study.ts';
import { escapeForeign } from './escape.ts';
import { ablationLines, exposureLines, leakLines, neighbourLines, priceLines, sizeText } from './lab-figures.ts';
import type { GridPage } from './lab-grid.ts';
import {
  blockedByLines,
  type Grouping,
  groupedLines,
  measuredRows,
  overviewLines,
  unmeasuredLines,
  vectorLines,
} from './lab-rows.ts';
import { hanging, paletteOf } from './layout.ts';

export interface LabTextOptions {
  readonly width: number;
  readonly color: boolean;
  /** Every vector as well. */
  readonly verbose: boolean;
  readonly by: Grouping;
}

/** A run of the lab, for people. */
export function renderLab(study: Study, { width, color, verbose, by }: LabTextOptions): string {
  const page = { width, palette: paletteOf(color) };
  const lines = [
    ...headLines(study, page),
    ...(measuredRows(study).length === 0 ? [] : matrixLines(study, by, page)),
    ...(verbose ? vectorLines(study, by, page) : []),
    ...ablationLines(study.ablation, page),
    ...leakLines(study, page),
    ...exposureLines(study, page),
    ...neighbourLines(study, page),
    ...priceLines(study, page),
    ...unmeasuredLines(study, page),
    ...footLines(study, page),
  ];
  return `${lines.join('\n')}\n`;
}

function headLines(study: Study, { width, palette }: GridPage): string[] {
  const { kernel, architecture, processor, cores, memoryMiB, controlGroups, user } = study.machine;
  return [
    ...hanging('', sizeText(study), width, { text: palette.bold }),
    ...hanging(
      '',
      escapeForeign(
        `on Linux ${kernel} ${architecture}, ${cores} × ${processor}, ${memoryMiB} MiB, cgroups ${controlGroups}, as ${user}`,
      ),
      width,
      { text: palette.dim },
    ),
  ];
}

function matrixLines(study: Study, by: Grouping, page: GridPage): string[] {
  const titled = (text: string, lines: readonly string[]): readonly string[] =>
    lines.length === 0 ? [] : ['', ...hanging('', text, page.width, { text: page.palette.bold }), ...lines];
  return [
    '',
    ...overviewLines(study, page),
    ...titled('blocked, by the mechanism that refused', blockedByLines(study, page)),
    ...titled(`open of those told, by ${by}`, groupedLines(study, by, page)),
  ];
}

function footLines({ notes, seed, started, seconds }: Study, { width, palette }: GridPage): string[] {
  return [
    ...(notes.length === 0 ? [] : ['']),
    ...notes.flatMap((note) => hanging('note: ', escapeForeign(note), width, { label: palette.warn })),
    '',
    ...hanging('', escapeForeign(`${started}, ${Math.round(seconds)} s, seed ${seed}`), width, { text: palette.dim }),
  ];
}
