import type { FigureDifference, RowDifference, StudyDifference } from '../lab/difference.ts';
import { escapeForeign } from './escape.ts';
import { measuredText } from './lab-figures.ts';
import type { GridPage } from './lab-grid.ts';
import { namesOfRows } from './lab-rows.ts';
import { hanging, paletteOf } from './layout.ts';
import { plural } from './wording.ts';

/** Two runs of the lab, for people: first what else differs between them, then what opened and closed, then the figures. */
export function renderLabDiff(
  difference: StudyDifference,
  { width, color, verbose }: { readonly width: number; readonly color: boolean; readonly verbose: boolean },
): string {
  const page = { width, palette: paletteOf(color) };
  const lines = [
    ...groundLines(difference, page),
    ...difference.rows.flatMap((row) => rowLines(row, page)),
    ...namedLines('measured now, not before', difference.appeared, page),
    ...namedLines('measured before, not now', difference.vanished, page),
    ...figureLines(difference.figures, verbose, page),
  ];
  return `${(lines.length === 0 ? ['nothing differs'] : lines).join('\n')}\n`;
}

function groundLines({ grounds }: StudyDifference, { width, palette }: GridPage): string[] {
  return grounds.flatMap(({ what, before, after }) =>
    hanging(`${escapeForeign(what)}  `, escapeForeign(`${before} → ${after}`), width, { label: palette.warn }),
  );
}

function rowLines(row: RowDifference, { width, palette }: GridPage): string[] {
  const list = (label: string, names: readonly string[], style: (text: string) => string): string[] =>
    names.length === 0
      ? []
      : hanging(`  ${label} ${names.length}: `, escapeForeign(names.join(', ')), width, { label: style });
  const otherwise = row.otherwise.map(({ vector, before, after }) => `${vector} (${before} → ${after})`);
  return [
    ...hanging('', namesOfRows([row]), width, { text: palette.bold }),
    ...list('opened', row.opened, palette.bad),
    ...list('closed', row.closed, palette.good),
    ...list('now told', row.told, palette.plain),
    ...list('no longer told', row.untold, palette.warn),
    ...list('blocked by another', otherwise, palette.plain),
  ];
}

function namedLines(title: string, rows: StudyDifference['appeared'], { width }: GridPage): string[] {
  return rows.length === 0 ? [] : hanging(`${title}  `, namesOfRows(rows), width);
}

/** Those that chance may account for are counted, and shown where asked. */
function figureLines(figures: readonly FigureDifference[], verbose: boolean, { width, palette }: GridPage): string[] {
  const apart = figures.filter(({ overlap }) => !overlap);
  const shown = verbose ? figures : apart;
  const within = figures.length - apart.length;
  return [
    ...shown.flatMap(({ name, unit, before, after, overlap }) =>
      hanging(
        `${escapeForeign(name)}  `,
        `${measuredText(before)} → ${measuredText(after)} ${unit}, intervals ${overlap ? 'overlap' : 'apart'}`,
        width,
        { label: overlap ? palette.dim : palette.warn },
      ),
    ),
    ...(within === 0 || verbose
      ? []
      : hanging('', `${plural(within, 'figure differs', 'figures differ')} within overlapping intervals`, width, {
          text: palette.dim,
        })),
  ];
}
