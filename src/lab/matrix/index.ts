/**
 * The isolation matrix: every runtime under every profile, each sandbox started, looked at from outside and asked all vectors. A
 * runtime that is not there, fails or hangs is a row that says so.
 */
import type { SessionOptions } from '../../check/index.ts';
import { observeHost } from '../../live/index.ts';
import { SandboxProber } from '../../prove/index.ts';
import type { Runtime } from '../../runtimes/index.ts';
import type { Profile } from '../../runtimes/profiles.data.ts';
import type { StudyRow } from '../study.ts';
import { headOf, kindOf, measureRow, OUT_OF_BUDGET } from './row.ts';

export interface MatrixRequest {
  readonly runtimes: readonly Runtime[];
  readonly profiles: readonly Profile[];
  readonly only?: ReadonlySet<string> | undefined;
  /** Milliseconds since the epoch. */
  readonly deadline: number;
  /** Rows of an earlier run. */
  readonly known: (runtime: string, profile: string) => StudyRow | undefined;
  /** Told of each row as soon as it is there. */
  readonly keep: (row: StudyRow) => void;
  readonly progress: (done: number, all: number) => void;
}

/** One is started or taken down while another answers. */
const AT_ONCE = 2;

/** Rows in the order of runtimes and profiles; one alone of a runtime that is not available. */
export async function measureMatrix(options: SessionOptions, request: MatrixRequest): Promise<readonly StudyRow[]> {
  const places = placesOf(request);
  const waiting = inOrderOfWork(places).values();
  const session = { ...options, observed: options.observed ?? observeHost() };
  let done = 0;
  const work = async (): Promise<void> => {
    // A conversation is of one line, so each has a stub outside of its own.
    const prober = await SandboxProber.open(session);
    try {
      for (const place of waiting) {
        place.row = await rowOf(place, prober, request);
        request.progress(++done, places.length);
      }
    } finally {
      await prober.close();
    }
  };
  await allOf(Array.from({ length: AT_ONCE }, work));
  return onceWhereUnavailable(places.flatMap(({ row }) => row ?? []));
}

interface Place {
  readonly runtime: Runtime;
  readonly profile: Profile;
  row: StudyRow | undefined;
}

function placesOf({ runtimes, profiles }: MatrixRequest): readonly Place[] {
  return runtimes.flatMap((runtime) => profiles.map((profile) => ({ runtime, profile, row: undefined })));
}

/** What a short budget leaves room for is every runtime under the first profile, not one under each; what is slow comes last. */
function inOrderOfWork(places: readonly Place[]): readonly Place[] {
  const isSlow = ({ runtime }: Place): number => (kindOf(runtime) === 'virtual-machine' ? 1 : 0);
  const profiles = [...new Set(places.map(({ profile }) => profile))];
  return profiles
    .flatMap((wanted) => places.filter(({ profile }) => profile === wanted))
    .sort((a, b) => isSlow(a) - isSlow(b));
}

async function rowOf({ runtime, profile }: Place, prober: SandboxProber, request: MatrixRequest): Promise<StudyRow> {
  const { only, deadline } = request;
  const known = request.known(runtime.name, profile.name);
  if (known !== undefined) return known;
  if (Date.now() >= deadline) return { ...headOf(runtime, profile), state: 'skipped', why: OUT_OF_BUDGET };
  const row = await measureRow(runtime, profile, { prober, only, deadline });
  request.keep(row);
  return row;
}

function onceWhereUnavailable(rows: readonly StudyRow[]): readonly StudyRow[] {
  const told = new Set<string>();
  return rows.filter(({ runtime, state }) => {
    if (state !== 'unavailable') return true;
    const again = told.has(runtime);
    told.add(runtime);
    return !again;
  });
}

/** Nothing that was started goes on when this ends. */
async function allOf(works: readonly Promise<void>[]): Promise<void> {
  const ends = await Promise.allSettled(works);
  const failed = ends.find((end) => end.status === 'rejected');
  if (failed !== undefined) throw failed.reason;
}
