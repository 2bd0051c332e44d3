import type { Assembled, Finding, TargetResult } from '../check/index.ts';
import type { Mechanism } from '../model/index.ts';
import type { StepClass } from '../past/index.ts';
import type { Place, Posture } from '../posture/index.ts';
import { placeOf, type Source } from '../posture/index.ts';
import type { System } from '../threats/system.ts';
import type { SystemElement } from '../threats/system-types.ts';
import type { Goal } from '../vectors/index.ts';
import type { Costs } from './costs.data.ts';
import { failurePrice, needPrice } from './costs.ts';
import type { Flaws } from './flaws.ts';
import { type Joined, joinedRelations } from './joined.ts';
import { type PathGraph, PathGraphBuilder, type PathStep, type Price } from './path-graph.ts';
import { RULES, type Rule } from './rules.data.ts';
import type { State } from './states.ts';
import type { Leads } from './step.ts';
import { leadsOf, RESOURCE_OF, stepOf } from './steps.data.ts';
import { type Speaker, Words } from './words.ts';

/** One object of the run: judged, assembled, and what a flaw costs there. */
export interface Judged {
  readonly result: TargetResult;
  readonly assembled: Pick<Assembled, 'posture' | 'engine'>;
  /** Of a container: what history says of new flaws, and which known ones apply. */
  readonly flaws: Flaws | undefined;
}

export interface Sources {
  readonly system: System;
  readonly objects: readonly Judged[];
  readonly goalOf: (vector: string) => Goal | undefined;
  readonly costs: Costs;
}

/** Everything that can be taken as a step, instantiated on one system. Time is linear in relations and findings. */
export function buildPaths(sources: Sources): PathGraph {
  const builder = new PathGraphBuilder();
  const words = new Words(sources.system);
  // Vectors first: of ways that cost the same, the engine takes the step that was added first.
  for (const judged of sources.objects) new ObjectSteps(builder, words, sources, judged).add();
  structure(builder, sources);
  return builder.build();
}

function structure(builder: PathGraphBuilder, { system, costs }: Sources): void {
  const ofRelation = new Map<string, Rule[]>();
  for (const rule of RULES) {
    if ('element' in rule.on)
      for (const element of system.ofKind(rule.on.element)) follow(builder, rule, element, element, costs);
    else ofRelation.set(rule.on.relation, [...(ofRelation.get(rule.on.relation) ?? []), rule]);
  }
  for (const relation of joinedRelations(system)) {
    const from = system.element(relation.from);
    const to = system.element(relation.to);
    if (from === undefined || to === undefined) continue;
    for (const rule of ofRelation.get(relation.kind) ?? [])
      if (applies(rule, relation, from, to)) follow(builder, rule, from, to, costs, relation);
  }
}

function applies({ on, unless }: Rule, { detail }: Joined, from: SystemElement, to: SystemElement): boolean {
  if ('element' in on) return false;
  if (on.from !== undefined && on.from !== from.kind) return false;
  if (on.to !== undefined && on.to !== to.kind) return false;
  return unless === undefined || detail === undefined || !unless.test(detail);
}

function follow(
  builder: PathGraphBuilder,
  rule: Rule,
  from: SystemElement,
  to: SystemElement,
  costs: Costs,
  relation?: Joined,
): void {
  const ends = { from, to };
  const number = ([kind, end]: Rule['gives']): number =>
    builder.state({ kind, about: kind === 'outside' ? '' : ends[end].id });
  builder.step(rule.when.map(number), number(rule.gives), {
    cause: {
      kind: 'rule',
      rule: rule.id,
      says: rule.says.replaceAll('{from}', () => from.name).replaceAll('{to}', () => to.name),
      ...(relation?.assumed !== undefined && { assumed: relation.assumed }),
    },
    price: [{ name: rule.cost, cost: costs[rule.cost] }],
    place: plainPlace(relation?.source ?? from.source),
  });
}

function plainPlace(source: Source | undefined): Place | undefined {
  const place = source === undefined ? undefined : placeOf(source);
  return place === undefined ? undefined : { path: place.path, line: place.line, column: place.column };
}

const NEW_FLAWS: readonly { readonly flaw: StepClass; readonly to: Leads['to'] }[] = [
  { flaw: 'kernel-bug', to: 'kernel' },
  { flaw: 'runtime-bug', to: 'host-root' },
  { flaw: 'engine-bug', to: 'host-root' },
  { flaw: 'orchestrator-bug', to: 'cluster-admin' },
  { flaw: 'hypervisor-bug', to: 'host-root' },
];

/** Steps of one object: its vectors, the known flaws that apply, and the new ones that history prices. */
class ObjectSteps {
  readonly #builder: PathGraphBuilder;
  readonly #words: Words;
  readonly #sources: Sources;
  readonly #judged: Judged;
  readonly #speaker: Speaker;
  /** Blocked ways by where they lead: the cheapest is a step, the others are counted. */
  readonly #blocked = new Map<
    string,
    { conditions: readonly number[]; result: number; step: PathStep; dearer: number }
  >();
  readonly #widening: string[] = [];

  constructor(builder: PathGraphBuilder, words: Words, sources: Sources, judged: Judged) {
    const { result, assembled } = judged;
    this.#builder = builder;
    this.#words = words;
    this.#sources = sources;
    this.#judged = judged;
    this.#speaker = {
      target: result.id,
      kind: result.kind,
      element: sources.system.ofTarget(result.id),
      posture: assembled.posture,
    };
  }

  add(): void {
    for (const finding of this.#judged.result.findings) this.#finding(finding);
    for (const { conditions, result, step, dearer } of this.#blocked.values()) {
      const { cause } = step;
      this.#builder.step(conditions, result, cause.kind === 'vector' ? { ...step, cause: { ...cause, dearer } } : step);
    }
    this.#knownFlaws();
    this.#newFlaws();
  }

  #finding(finding: Finding): void {
    const goal = this.#sources.goalOf(finding.vector);
    if (goal === undefined) return;
    const step = stepOf({ id: finding.vector, goal }, this.#speaker.kind);
    if ('widens' in step && finding.verdict === 'open') this.#widening.push(finding.vector);
    const leads = leadsOf(step);
    if (leads.length === 0) return;
    const wide = holdsEverywhere(this.#speaker.posture, RESOURCE_OF[finding.vector]);
    for (const lead of leads) this.#lead(finding, lead, wide);
  }

  #lead(finding: Finding, { from, to, and = [], needs }: Leads, wide: boolean): void {
    const price = this.#priceOf(finding, needs);
    if (price === undefined) return;
    const further = and.map((word) => this.#words.states(word, this.#speaker)[0]);
    if (further.includes(undefined)) return;
    for (const start of this.#words.states(from, this.#speaker)) {
      for (const end of this.#words.states(to, this.#speaker, wide)) {
        // What must fail lies on the way of who runs code behind it; from elsewhere there is nothing to break.
        if (finding.verdict === 'blocked' && !INSIDE.has(start.kind)) continue;
        const conditions = [start, ...(further as State[])].map((state) => this.#builder.state(state));
        this.#offer(conditions, this.#builder.state(end), finding, price);
      }
    }
  }

  #offer(conditions: readonly number[], result: number, finding: Finding, { price, mechanisms }: VectorPrice): void {
    const step: PathStep = {
      cause: {
        kind: 'vector',
        target: this.#speaker.target,
        vector: finding.vector,
        title: finding.title,
        verdict: finding.verdict,
        statement: finding.statement,
        mechanisms,
        dearer: 0,
      },
      price,
      place: finding.source ?? undefined,
    };
    if (finding.verdict !== 'blocked') {
      this.#builder.step(conditions, result, step);
      return;
    }
    const key = `${conditions.join()} ${result}`;
    const known = this.#blocked.get(key);
    if (known === undefined) this.#blocked.set(key, { conditions, result, step, dearer: 0 });
    else {
      const better = total(price) < total(known.step.price);
      this.#blocked.set(key, { ...known, step: better ? step : known.step, dearer: known.dearer + 1 });
    }
  }

  /** Undefined where no price buys it: a feature that the kernel does not have cannot fail; and where no prices are known. */
  #priceOf(finding: Finding, needs: Leads['needs']): VectorPrice | undefined {
    const { costs } = this.#sources;
    const flaws = this.#judged.flaws;
    const beside: Price[] = [];
    if (needs !== undefined) {
      const isOfPeople = needs === 'application-flaw' || needs === 'user-action';
      if (!isOfPeople && flaws === undefined) return undefined;
      beside.push({ name: needs, cost: isOfPeople ? costs[needs] : needPrice(costs, (flaws as Flaws).prices, needs) });
    }
    if (finding.verdict === 'open')
      return { price: [{ name: 'misconfiguration', cost: costs.misconfiguration }, ...beside], mechanisms: [] };
    if (finding.verdict === 'unknown')
      return { price: [{ name: 'unknown', cost: costs.unknown }, ...beside], mechanisms: [] };
    const breakable = finding.heldBy.filter((mechanisms) => !mechanisms.includes('kernel'));
    if (flaws === undefined || breakable.length === 0) return undefined;
    const { price, mechanisms } = failurePrice(costs, flaws.prices, breakable);
    return { price: [...price, ...beside], mechanisms };
  }

  #knownFlaws(): void {
    const { costs } = this.#sources;
    for (const { to, ids, needs } of this.#judged.flaws?.known ?? []) {
      const price: Price[] = [{ name: 'known-vulnerability', cost: costs['known-vulnerability'] }];
      if (needs !== undefined) price.push({ name: needs, cost: costs[needs] });
      this.#between(to, { cause: { kind: 'known', target: this.#speaker.target, ids }, price, place: undefined });
    }
  }

  #newFlaws(): void {
    const flaws = this.#judged.flaws;
    if (flaws === undefined) return;
    for (const { flaw, to } of NEW_FLAWS) {
      const history = flaws.history[flaw];
      // Where history knows of none and none may be, the thing is not there: no hypervisor, no orchestrator.
      if (history.open + history.unknown === 0) continue;
      const through = flaw === 'kernel-bug' ? this.#widening : [];
      this.#between(to, {
        cause: {
          kind: 'flaw',
          target: this.#speaker.target,
          flaw,
          perYear: history.perYear,
          years: history.years,
          through,
        },
        price: [{ name: flaw, cost: flaws.prices[flaw] }],
        place: undefined,
      });
    }
  }

  #between(to: Leads['to'], step: PathStep): void {
    const [start] = this.#words.states('code', this.#speaker);
    const [end] = this.#words.states(to, this.#speaker);
    if (start === undefined || end === undefined) return;
    this.#builder.step([this.#builder.state(start)], this.#builder.state(end), step);
  }
}

const INSIDE: ReadonlySet<State['kind']> = new Set(['code', 'root', 'token']);

interface VectorPrice {
  readonly price: readonly Price[];
  readonly mechanisms: readonly Mechanism[];
}

function total(price: readonly Price[]): number {
  return price.reduce((sum, { cost }) => sum + cost, 0);
}

function holdsEverywhere(posture: Posture, resource: RegExp | undefined): boolean {
  if (resource === undefined) return false;
  if (posture.known('rbac.*') === 'cluster') return true;
  for (const [right, { value }] of posture.family('rbac.'))
    if (value === 'cluster' && resource.test(right)) return true;
  return false;
}
