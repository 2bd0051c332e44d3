import type { AgreementResult, AgreementSummary, Shrunk } from '../lab/index.ts';
import { escapeForeign } from './escape.ts';
import { hanging, type Palette, paletteOf } from './layout.ts';
import { treeLines } from './tree.ts';
import { plural } from './wording.ts';

export interface AgreementPage {
  readonly width: number;
  readonly color: boolean;
}

/** A run of the model against a kernel, for people: the figures a runtime, then what disagrees, the worst first. */
export function renderAgreement(result: AgreementResult, { width, color }: AgreementPage): string {
  const page = { width, palette: paletteOf(color) };
  const { summary, kernel, seed } = result;
  const lines = [
    ...summary.runtimes.flatMap((one) => runtimeLines(one, kernel, page)),
    ...refusalLines(summary, page),
    ...factLines(summary, page),
    ...disagreementLines(summary, page),
    ...result.shrunk.flatMap((one) => shrunkLines(one, page)),
    ...hanging('', `seed ${seed}: the same seed makes the same configurations`, width, { text: page.palette.dim }),
  ];
  return `${lines.join('\n')}\n`;
}

interface Page {
  readonly width: number;
  readonly palette: Palette;
}

const percent = (share: number, digits = 2): string => `${(100 * share).toFixed(digits)} %`;

function runtimeLines(one: AgreementSummary['runtimes'][number], kernel: string, { width, palette }: Page): string[] {
  const started = one.samples - one.refused;
  const style = one.falseBlocked > 0 ? palette.bad : one.agreeing < one.pairs ? palette.warn : palette.good;
  const { low, high } = one.interval;
  return [
    ...hanging('', `${one.runtime} on ${kernel}: ${plural(started, 'configuration')}, ${one.pairs} pairs`, width, {
      text: palette.bold,
    }),
    ...hanging(
      '  agreement      ',
      `${percent(one.agreement, 3)} (95 % interval ${percent(low, 3)} to ${percent(high, 3)})`,
      width,
      { label: style },
    ),
    ...hanging('  false blocked  ', `${one.falseBlocked} (below ${percent(one.falseBlockedBelow, 4)})`, width, {
      label: one.falseBlocked > 0 ? palette.bad : palette.good,
    }),
    ...hanging('  false open     ', String(one.falseOpen), width),
    ...hanging('  unknown        ', `${percent(one.unknownShare)} of ${one.told} that the kernel told`, width),
    ...hanging(
      '  not told       ',
      `${percent((one.asked - one.told) / Math.max(1, one.asked))} of ${one.asked} asked`,
      width,
    ),
  ];
}

function refusalLines({ refusals }: AgreementSummary, { width }: Page): string[] {
  return refusals
    .slice(0, MOST_SHOWN)
    .flatMap(({ why, samples }) => hanging('  refused  ', escapeForeign(`${samples} × ${why}`), width));
}

const MOST_SHOWN = 10;

function factLines({ facts }: AgreementSummary, { width, palette }: Page): string[] {
  return facts.flatMap(({ runtime, key, samples }) =>
    hanging(
      '  fact differs  ',
      `${key} in ${plural(samples.length, 'configuration')} (${runtime}, first ${samples[0]})`,
      width,
      {
        label: palette.warn,
      },
    ),
  );
}

function disagreementLines({ disagreements }: AgreementSummary, { width, palette }: Page): string[] {
  return disagreements.flatMap(({ runtime, vector, predicted, samples }) =>
    hanging(
      '  differs  ',
      `${vector} predicted ${predicted} in ${plural(samples.length, 'configuration')} (${runtime}, first ${samples[0]})`,
      width,
      { label: predicted === 'blocked' ? palette.bad : palette.warn },
    ),
  );
}

function shrunkLines({ runtime, vector, sample, config, because, pair }: Shrunk, page: Page): string[] {
  const { width, palette } = page;
  return [
    '',
    ...hanging(
      '',
      `${vector} predicted ${pair.predicted}, proven ${pair.proof.verdict} (${runtime}, sample ${sample}), at its smallest:`,
      width,
      { text: palette.bold },
    ),
    ...hanging('  config    ', JSON.stringify(config), width),
    ...pair.proof.evidence.flatMap((line) => hanging('  evidence  ', escapeForeign(line), width)),
    ...treeLines(because, page),
  ];
}
