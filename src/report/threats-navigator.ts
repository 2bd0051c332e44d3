import type { Realisation, ThreatModel } from '../threats/index.ts';
import { plural } from './wording.ts';

/**
 * A layer for the ATT&CK Navigator, layer format 4.5: techniques by the open vectors that name them. The score is that of the worst:
 * critical 100, high 75, medium 50, low 25, and 0 where all that name the technique are blocked.
 */
export function renderNavigatorLayer(model: ThreatModel): string {
  const layer = {
    name: 'Cofferdam threat model',
    versions: { navigator: '5.1.0', layer: '4.5' },
    domain: 'enterprise-attack',
    description: 'Techniques that the judged configuration opens. Score: severity of the worst open vector; 0: held.',
    filters: { platforms: ['Containers', 'Linux'] },
    sorting: 3,
    hideDisabled: false,
    techniques: techniquesOf(model),
    gradient: { colors: ['#d5e8d4', '#fdf0b0', '#f4a7a3'], minValue: 0, maxValue: 100 },
    legendItems: [
      { label: 'held', color: '#d5e8d4' },
      { label: 'open, medium', color: '#fdf0b0' },
      { label: 'open, critical', color: '#f4a7a3' },
    ],
    selectTechniquesAcrossTactics: true,
    selectSubtechniquesWithParent: false,
  };
  return `${JSON.stringify(layer, null, 2)}\n`;
}

const SCORES: Readonly<Record<Realisation['severity'], number>> = { critical: 100, high: 75, medium: 50, low: 25 };

interface Technique {
  score: number;
  readonly open: Set<string>;
  readonly held: Set<string>;
}

function techniquesOf({ threats }: ThreatModel): unknown[] {
  const techniques = new Map<string, Technique>();
  const seen = new Set<string>();
  for (const one of threats.flatMap(({ vectors }) => vectors)) {
    if (seen.has(one.finding)) continue;
    seen.add(one.finding);
    for (const id of one.attack) add(techniques, id, one);
  }
  return [...techniques]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([techniqueID, { score, open, held }]) => ({
      techniqueID,
      score,
      comment: open.size === 0 ? `held: ${[...held].join(', ')}` : `open: ${[...open].join(', ')}`,
      enabled: true,
      metadata: [
        { name: 'open', value: plural(open.size, 'vector') },
        { name: 'held', value: plural(held.size, 'vector') },
      ],
    }));
}

function add(
  techniques: Map<string, Technique>,
  id: string,
  { vector, verdict, suppressed, severity }: Realisation,
): void {
  const technique = techniques.get(id) ?? { score: 0, open: new Set<string>(), held: new Set<string>() };
  techniques.set(id, technique);
  if (verdict === 'blocked') technique.held.add(vector);
  if (verdict !== 'open' || suppressed !== null) return;
  technique.open.add(vector);
  technique.score = Math.max(technique.score, SCORES[severity]);
}
