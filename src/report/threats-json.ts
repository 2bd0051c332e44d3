import type { Mitigation, Realisation, Threat, ThreatModel } from '../threats/index.ts';

/**
 * `cofferdam.threats/1` as JSON. What many threats have in common is written once: findings by their id, gates by their number; a
 * threat refers to them.
 */
export function renderThreatsJson(model: ThreatModel): string {
  const findings = new Map<string, Realisation>();
  const gates = new Map<string, number>();
  const shared: Omit<Mitigation, 'stops'>[] = [];
  const threats = model.threats.map((threat) => {
    for (const one of threat.vectors) findings.set(one.finding, one);
    return {
      ...threat,
      vectors: threat.vectors.map(({ finding }) => finding),
      mitigations: threat.mitigations.map((one) => ({ gate: numberOf(one, gates, shared), stops: one.stops })),
    };
  });
  return `${JSON.stringify({ ...model, findings: [...findings.values()], gates: shared, threats }, null, 2)}\n`;
}

function numberOf(
  { gate, mechanism, because }: Threat['mitigations'][number],
  gates: Map<string, number>,
  shared: Omit<Mitigation, 'stops'>[],
): number {
  const key = `${gate}\n${because}`;
  const known = gates.get(key);
  if (known !== undefined) return known;
  gates.set(key, shared.length);
  shared.push({ gate, mechanism, because });
  return shared.length - 1;
}
