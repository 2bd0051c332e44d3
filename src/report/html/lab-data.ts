import type { Cell, Study } from '../../lab/study.ts';

/** What the page's script draws the matrix from. Cells that are alike are written once, and so are their texts. */
export interface LabData {
  readonly vectors: Study['vectors'];
  readonly sandboxes: readonly LabSandbox[];
  /** By sandbox, by vector: a place in `cells`; -1 where it was not asked. */
  readonly grid: readonly (readonly number[])[];
  readonly cells: readonly LabCell[];
  readonly texts: readonly string[];
}

interface LabSandbox {
  readonly runtime: string;
  readonly profile: string;
  readonly kind: Study['rows'][number]['kind'];
}

export interface LabCell extends Omit<Cell, 'evidence' | 'why'> {
  /** Places in `texts`. */
  readonly evidence: readonly number[];
  readonly why: number | null;
}

export function labData({ vectors, rows }: Study): LabData {
  const texts = new Places<string>();
  const cells = new Places<LabCell>();
  const measured = rows.filter(({ state }) => state === 'measured');
  const grid = measured.map((row) =>
    vectors.map(({ id }) => {
      const cell = row.cells[id];
      if (cell === undefined) return -1;
      const { evidence, why, ...rest } = cell;
      return cells.of({
        ...rest,
        evidence: evidence.map((line) => texts.of(line)),
        why: why === undefined ? null : texts.of(why),
      });
    }),
  );
  const sandboxes = measured.map(({ runtime, profile, kind }) => ({ runtime, profile, kind }));
  return { vectors, sandboxes, grid, cells: cells.all, texts: texts.all };
}

/** Gives each different value a place, in the order in which they come. */
class Places<T> {
  readonly all: T[] = [];
  readonly #known = new Map<string, number>();

  of(value: T): number {
    const key = JSON.stringify(value);
    let place = this.#known.get(key);
    if (place === undefined) {
      place = this.all.length;
      this.all.push(value);
      this.#known.set(key, place);
    }
    return place;
  }
}
