import type { ModelElement, Threat, ThreatModel } from '../threats/index.ts';
import { ZONES } from '../threats/index.ts';
import { byElement, isOpen, LEVELS, Names, openVectors, type Residual, remedyOf, STRIDE } from './threats-wording.ts';
import { placeText } from './wording.ts';

/**
 * Open Threat Model 0.2 (schema of iriusrisk/OpenThreatModel), as JSON, which its YAML readers take as well. One trust zone for each
 * zone of the model, one threat for each row of the table, its state told at each component.
 */
export function renderOtm(model: ThreatModel): string {
  const names = new Names(model);
  const library = new Mitigations();
  const own = byElement(model.threats);
  const otm = {
    otmVersion: '0.2.0',
    project: {
      id: 'cofferdam',
      name: 'Threat model of the container system',
      description: `Made by Cofferdam ${model.tool.version} from the artifacts themselves.`,
    },
    representations: [{ id: 'artifacts', name: 'Artifacts', type: 'code' }],
    assets: model.assets.map(({ name, element, value }, i) => ({
      id: `asset-${i}`,
      name,
      description: names.of(element),
      risk: { confidentiality: LOSS[value], integrity: LOSS[value], availability: LOSS[value] },
    })),
    trustZones: zonesOf(model, names),
    components: model.elements.map((element) => componentOf(element, own.get(element.id) ?? [], library)),
    dataflows: model.flows.map(({ id, from, to, what, bidirectional, phase, details }) => ({
      id,
      name: `${names.of(from)} to ${names.of(to)}: ${what}`,
      description: details.join(', '),
      bidirectional,
      source: from,
      destination: to,
      tags: [phase],
    })),
    threats: rowsOf(model),
    mitigations: library.all(),
  };
  return `${JSON.stringify(otm, null, 2)}\n`;
}

const LOSS: Readonly<Record<ThreatModel['assets'][number]['value'], number>> = {
  critical: 100,
  high: 75,
  medium: 50,
  low: 25,
};

/** In hundredths, from the scale of residual risk. */
const LIKELIHOOD: Readonly<Record<Residual, number>> = {
  critical: 100,
  high: 90,
  medium: 75,
  low: 50,
  unknown: 40,
  thin: 20,
  held: 5,
  accepted: 50,
};

function zonesOf({ elements }: ThreatModel, names: Names): unknown[] {
  return [...new Set(elements.map(({ zone }) => zone))].map((zone) => {
    const known = Object.values(ZONES).find(({ name }) => name === zone);
    const { trust } = known ?? ZONES.container;
    return { id: zone, name: known === undefined ? names.of(zone) : zone, type: 'zone', risk: { trustRating: trust } };
  });
}

function componentOf(element: ModelElement, threats: readonly Threat[], library: Mitigations): unknown {
  const { id, name, kind, zone, source, assumed } = element;
  return {
    id,
    name,
    type: kind,
    ...(assumed !== null && { description: `assumed: ${assumed}` }),
    parent: { trustZone: zone },
    ...(source !== null && {
      representations: [
        { representation: 'artifacts', id: `${id} at ${placeText(source)}`, file: source.path, line: source.line },
      ],
    }),
    threats: threats.map((threat) => instanceOf(threat, library)),
  };
}

function instanceOf(threat: Threat, library: Mitigations): unknown {
  const remedy = remedyOf(threat);
  const open = openVectors(threat).length;
  const required =
    remedy === undefined
      ? []
      : [{ mitigation: library.add(remedy.changes.join('; '), remedy.closes / open), state: 'required' }];
  const mechanisms = [...new Set(threat.mitigations.map(({ mechanism }) => mechanism))];
  const implemented = mechanisms.map((mechanism) => ({ mitigation: library.add(mechanism, 1), state: 'implemented' }));
  return {
    threat: threat.row,
    state:
      threat.accepted !== null
        ? 'accepted'
        : isOpen(threat)
          ? 'exposed'
          : threat.residual === 'unknown'
            ? 'unknown'
            : 'mitigated',
    mitigations: [...required, ...implemented],
  };
}

/** Mitigations by what they do; the greatest reduction that one has anywhere is told. */
class Mitigations {
  readonly #known = new Map<string, number>();

  add(name: string, share: number): string {
    this.#known.set(name, Math.max(this.#known.get(name) ?? 0, Math.round(100 * share)));
    return name;
  }

  all(): unknown[] {
    return [...this.#known].map(([name, riskReduction]) => ({ id: name, name, riskReduction }));
  }
}

function rowsOf({ threats }: ThreatModel): unknown[] {
  const rows = new Map<string, Threat[]>();
  for (const threat of threats) {
    const row = rows.get(threat.row);
    if (row === undefined) rows.set(threat.row, [threat]);
    else row.push(threat);
  }
  return [...rows].map(([id, own]) => {
    const [worst] = own as [Threat];
    const cwes = new Set(own.flatMap(({ vectors }) => vectors.flatMap(({ cwe }) => cwe)));
    const severity = LEVELS.find((level) => own.some(({ vectors }) => vectors.some((one) => one.severity === level)));
    return {
      id,
      name: worst.title,
      categories: [STRIDE[worst.stride]],
      cwes: [...cwes],
      risk: {
        likelihood: LIKELIHOOD[worst.residual],
        impact: severity === undefined ? 0 : LOSS[severity as keyof typeof LOSS],
      },
    };
  });
}
