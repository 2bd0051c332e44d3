/**
 * Changes that leave one of several ways open, drawn from the routes of the vectors: where all ways stand open, or none, a wrong gate on one
 * of them is never noticed.
 */
import fc from 'fast-check';
import type { Expr, Gate } from '../../model/index.ts';
import { CATALOGUE } from '../../vectors/catalogue.generated.ts';
import { elsewhere, withMount, withoutCapability } from './changes.ts';
import type { Change } from './draft.ts';
import { letThrough, refuse, SPARED } from './filters.ts';
import type { Here } from './here.ts';

export function alternatives(here: Here): fc.Arbitrary<Change> {
  return fc.oneof(onlyElsewhere(here), oneCallLeft());
}

/** Every route of the vectors that a kernel can be asked: any of a vector's, all gates of each. */
const ROUTES: readonly Expr[] = CATALOGUE.filter(({ probe }) => probe !== undefined).map(({ routes }) => ({
  any: routes.map((route) => ({ all: route })),
}));

function gatesOf(expression: Expr): readonly Gate[] {
  if ('gate' in expression) return [expression];
  return ('all' in expression ? expression.all : expression.any).flatMap(gatesOf);
}

/** Files of procfs and sysfs that vectors ask about. What a process sees of itself is what probes look at. */
const FILES: readonly string[] = (() => {
  const paths = ROUTES.flatMap(gatesOf).flatMap((gate) =>
    gate.gate === 'unmasked' || gate.gate === 'writable-mount' ? [gate.path] : [],
  );
  return [...new Set(paths)].filter((path) => !/^\/proc\/(self|\d+)\b/.test(path)).sort();
})();

/** Some files masked or read-only where they belong, and some where the host's are mounted beside them. */
function onlyElsewhere(here: Here): fc.Arbitrary<Change> {
  const sources = fc.subarray(['/proc', '/sys'].filter((path) => here.paths.includes(path)));
  const some = fc.subarray([...FILES]);
  return fc
    .record({
      sources,
      own: some,
      ownReadonly: some,
      masked: some,
      readonly: some,
      writable: fc.boolean(),
      remounts: fc.boolean(),
    })
    .map((drawn) => (given) => {
      const there = (paths: readonly string[]): readonly string[] =>
        drawn.sources.flatMap((source) =>
          paths.filter((path) => path.startsWith(source)).map((path) => elsewhere(source) + path.slice(source.length)),
        );
      const bound = drawn.sources.reduce((draft, source) => {
        const options = ['rbind', drawn.writable ? 'rw' : 'ro'];
        return withMount({ destination: elsewhere(source), type: 'bind', source, options })(draft);
      }, given);
      const draft = drawn.remounts ? bound : withoutCapability('CAP_SYS_ADMIN')(bound);
      return {
        ...draft,
        maskedPaths: [...drawn.own, ...there(drawn.masked)],
        readonlyPaths: [...drawn.ownReadonly, ...there(drawn.readonly)],
      };
    });
}

/** Calls that serve the same end, by the alternative that they are made in. */
const GROUPS: readonly (readonly (readonly string[])[])[] = (() => {
  const groups = new Map<string, readonly (readonly string[])[]>();
  const visit = (expression: Expr): void => {
    if ('gate' in expression) return;
    const parts = 'all' in expression ? expression.all : expression.any;
    for (const part of parts) visit(part);
    const ways = 'any' in expression ? [...new Map(parts.map(callsOf).map((way) => [way.join(), way])).values()] : [];
    if (ways.length > 1) groups.set(JSON.stringify(ways), ways);
  };
  for (const route of ROUTES) visit(route);
  return [...groups.values()];
})();

function callsOf(expression: Expr): readonly string[] {
  const names = gatesOf(expression).flatMap((gate) => (gate.gate === 'syscall' ? [gate.syscall] : []));
  return [...new Set(names)].filter((name) => !SPARED.has(name)).sort();
}

/** The calls of one alternative pass, those that only the others make are refused; the same of several ends. */
function oneCallLeft(): fc.Arbitrary<Change> {
  const left = fc.constantFrom(...GROUPS).chain((ways) => fc.constantFrom(...ways).map((way) => ({ ways, way })));
  return fc.array(left, { minLength: 3, maxLength: 12 }).map(
    (drawn): Change =>
      (draft) => {
        const { seccomp = { defaultAction: 'SCMP_ACT_ALLOW' } } = draft;
        const filter = drawn.reduce((policy, { ways, way }) => {
          const others = ways.flat().filter((name) => !way.includes(name));
          return letThrough(refuse(policy, [...new Set(others)], { action: 'SCMP_ACT_ERRNO', errnoRet: 1 }), way);
        }, seccomp);
        return { ...draft, noNewPrivileges: true, seccomp: filter };
      },
  );
}
