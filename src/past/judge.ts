import {
  type Assembled,
  type Assessment,
  Assessor,
  type Catalogue,
  type CompiledVector,
  compileCatalogue,
  type PastFinding,
  type PastResult,
} from '../check/index.ts';
import type { Expr } from '../model/index.ts';
import type { Subject } from '../readers/index.ts';
import type { Vector } from '../vectors/index.ts';
import type { Entry } from './entry.ts';
import { type Counted, countFamilies, stoppingSets } from './summary.ts';

/**
 * Entries over postures. To the judge an entry is up to three questions, each a vector of its own: is it asked at all, is the
 * release affected, does every condition hold. So verdict, depth and explanation are those of vectors.
 */
export class PastJudge {
  readonly entries: readonly Entry[];
  readonly #entries: readonly AskedEntry[];
  readonly #assessor: Assessor;
  readonly #data: PastResult['data'];

  constructor(entries: readonly Entry[], { collected, today }: { readonly collected: string; readonly today: Date }) {
    const vectors = entries.flatMap((entry) => questionsOf(entry));
    const catalogue = compileCatalogue(vectors);
    this.entries = entries;
    this.#entries = askedEntries(entries, catalogue);
    this.#assessor = new Assessor(catalogue);
    this.#data = {
      collected,
      entries: entries.length,
      own: entries.filter((entry) => entry.own).length,
      outdated: isOutdated(collected, today),
    };
  }

  /** The records are about Linux containers. */
  concerns(subject: Pick<Subject, 'kind'>, assembled: Pick<Assembled, 'posture'>): boolean {
    return subject.kind === 'workload' && assembled.posture.known('platform') !== 'windows';
  }

  /** Undefined for what the records are not about. */
  judge(subject: Pick<Subject, 'kind'>, assembled: Assembled): PastResult | undefined {
    if (!this.concerns(subject, assembled)) return undefined;
    const counted = this.#count(assembled);
    return {
      data: this.#data,
      families: countFamilies(counted),
      entries: counted.map(({ finding }) => finding),
    };
  }

  /** Of the entries that are wanted, those whose conditions hold or may hold here, whatever the releases are: what history says of flaws to come. */
  applying(
    { posture, engine }: Pick<Assembled, 'posture' | 'engine'>,
    isWanted: (entry: Entry) => boolean,
  ): readonly { entry: Entry; open: boolean }[] {
    const assessment = this.#assessor.assess(posture);
    return this.#entries.flatMap(({ entry, asked, reached }) => {
      if (!isWanted(entry) || !isBeneath(entry, engine) || assessment.judge(asked).verdict === 'blocked') return [];
      const { verdict } = assessment.judge(reached);
      return verdict === 'blocked' ? [] : [{ entry, open: verdict === 'open' }];
    });
  }

  #count({ posture, engine, engineStated }: Assembled): Counted[] {
    const assessment = this.#assessor.assess(posture);
    return this.#entries.map(({ entry, asked, affected, reached }) => {
      if (!isBeneath(entry, engine))
        return notApplicable(entry, assessment, reached, `${entry.beneath} is not beneath ${engine}`, false);
      if (assessment.judge(asked).verdict === 'blocked')
        return notApplicable(entry, assessment, asked, closedReason(assessment, asked), false);
      // An engine that nobody named is taken at its newest release; that must not settle its past.
      const counts = affected !== undefined && (!entry.ofEngine || engineStated);
      if (counts && assessment.judge(affected).verdict === 'blocked')
        return notApplicable(entry, assessment, affected, releaseReason(entry, assessment, affected), true);
      return { finding: findingOf(entry, assessment, reached), notAffected: false };
    });
  }
}

interface AskedEntry {
  readonly entry: Entry;
  readonly asked: CompiledVector;
  readonly affected: CompiledVector | undefined;
  readonly reached: CompiledVector;
}

function questionsOf(entry: Entry): Vector[] {
  const { id, when, isAffected, routes } = entry;
  return [
    question(entry, `${id} asked`, [when]),
    ...(isAffected === undefined ? [] : [question(entry, `${id} affected`, [[isAffected]])]),
    question(entry, id, routes),
  ];
}

function question(entry: Entry, id: string, routes: readonly (readonly Expr[])[]): Vector {
  return {
    id,
    title: entry.title,
    mechanism: 'kernel',
    phase: entry.phase,
    goal: 'host-root',
    severity: 'high',
    stride: 'E',
    appliesTo: ['workload'],
    routes,
    why: '',
    fix: '',
    refs: { cve: [entry.id] },
    examples: [],
  };
}

function askedEntries(entries: readonly Entry[], { vectors }: Catalogue): AskedEntry[] {
  const byName = new Map(vectors.map((compiled) => [compiled.vector.id, compiled]));
  return entries.map((entry) => ({
    entry,
    asked: byName.get(`${entry.id} asked`) as CompiledVector,
    affected: byName.get(`${entry.id} affected`),
    reached: byName.get(entry.id) as CompiledVector,
  }));
}

/** Of a kubelet's node: whether the engine beneath it is the one meant. Engines without a kubelet are told by their name. */
function isBeneath({ beneath }: Entry, engine: string | undefined): boolean {
  const [, below] = / with ([a-z]+)@/.exec(engine ?? '') ?? [];
  return beneath === undefined || below === undefined || below === beneath;
}

/** The first closed gate of what is closed. */
function closedReason(assessment: Assessment, compiled: CompiledVector): string {
  let at = assessment.explain(compiled);
  for (;;) {
    const next = at.children?.find((child) => child.result === 'closed');
    if (next === undefined) return at.text;
    at = next;
  }
}

/** What is in use, beside what is affected. */
function releaseReason(entry: Entry, assessment: Assessment, compiled: CompiledVector): string {
  return `${closedReason(assessment, compiled)}; affected: ${entry.affected}; fixed: ${entry.fixed}`;
}

function notApplicable(
  entry: Entry,
  assessment: Assessment,
  compiled: CompiledVector,
  why: string,
  notAffected: boolean,
): Counted {
  return { finding: findingOf(entry, assessment, compiled, why), notAffected };
}

/** `why`: of one that is not applicable. Explanations are made when they are read: most entries are only counted. */
function findingOf(entry: Entry, assessment: Assessment, compiled: CompiledVector, why?: string): PastFinding {
  const judged = why === undefined ? assessment.judge(compiled) : undefined;
  const heldBy = judged?.heldBy ?? [];
  return {
    id: entry.id,
    title: entry.title,
    component: entry.component,
    family: entry.family,
    phase: entry.phase,
    confidence: entry.confidence,
    own: entry.own,
    verdict: judged?.verdict ?? 'not-applicable',
    why: why ?? '',
    depth: judged?.depth ?? 0,
    heldBy,
    stoppedBy: stoppingSets(heldBy),
    settledBy: judged?.settledBy ?? [],
    get because() {
      return assessment.explainInLines(compiled);
    },
    get tree() {
      return assessment.explain(compiled);
    },
  };
}

/** More than a year before today. */
function isOutdated(collected: string, today: Date): boolean {
  const limit = new Date(`${collected}T00:00:00Z`);
  limit.setUTCFullYear(limit.getUTCFullYear() + 1);
  return today > limit;
}
