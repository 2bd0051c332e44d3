import type { LabCell, LabData } from '../src/report/html/lab-data.ts';
import { type Choice, cellAt, differs, EVERYTHING, type Shown, shownBy } from './matrix-choice.ts';
import { byId, choice, element } from './page.ts';

const LETTERS: Readonly<Record<LabCell['verdict'], string>> = { open: 'O', blocked: 'B', unknown: '?' };

type Show = 'verdict' | 'depth' | 'mechanism';

/** The matrix of vectors and sandboxes, with its filters, and the evidence of the cell that is looked at. */
export class Matrix {
  readonly #data: LabData;
  readonly #box = byId('matrix-box');
  readonly #evidence = byId('evidence');
  #choice: Choice = EVERYTHING;
  #show: Show = 'verdict';
  #pinned: HTMLElement | undefined;

  constructor(data: LabData) {
    this.#data = data;
    this.#tools();
    this.#listen();
  }

  draw(): void {
    const shown = shownBy(this.#data, this.#choice);
    this.#pinned = undefined;
    this.#evidence.replaceChildren();
    this.#box.replaceChildren(this.#table(shown));
    const { vectors, sandboxes } = this.#data;
    byId('matrix-count').textContent =
      `${shown.lines} of ${vectors.length} vectors, ${shown.columns.length} of ${sandboxes.length} sandboxes. Letters: O open, B blocked, ? unknown, · not asked; a frame marks a proof that differs from the prediction.`;
    this.#box.querySelector<HTMLElement>('td.cell')?.setAttribute('tabindex', '0');
  }

  #table({ columns, groups }: Shown): HTMLTableElement {
    const head = element('tr', {}, element('th', { scope: 'col' }, 'Vector'));
    for (const column of columns) {
      const { runtime, profile } = this.#data.sandboxes[column] as LabData['sandboxes'][number];
      const name = `${runtime} ${profile}`;
      head.append(element('th', { scope: 'col', class: 'turned', title: name }, element('span', {}, name)));
    }
    const table = element(
      'table',
      { class: 'grid', id: 'matrix-table' },
      element('caption', {}, 'Isolation matrix'),
      element('thead', {}, head),
    );
    for (const { name, lines } of groups) {
      const body = element('tbody');
      if (name !== '') {
        const span = { colspan: String(columns.length + 1), scope: 'rowgroup' };
        body.append(element('tr', { class: 'group' }, element('th', span, `${name} (${lines.length})`)));
      }
      for (const line of lines) body.append(this.#line(line, columns));
      table.append(body);
    }
    return table;
  }

  #line(line: number, columns: readonly number[]): HTMLTableRowElement {
    const { id, title } = this.#data.vectors[line] as LabData['vectors'][number];
    const row = element('tr', { 'data-vector': id }, element('th', { scope: 'row', title }, id));
    for (const column of columns) row.append(this.#cell(column, line));
    return row;
  }

  #cell(column: number, line: number): HTMLTableCellElement {
    const cell = cellAt(this.#data, column, line);
    if (cell === undefined) return element('td', { class: 'cell none', 'data-at': `${column} ${line}` }, '·');
    const frame = differs(cell) ? ' differs' : '';
    return element(
      'td',
      { class: `cell ${cell.verdict}${frame}`, 'data-at': `${column} ${line}` },
      this.#letters(cell),
    );
  }

  #letters({ verdict, depth, by }: LabCell): string {
    if (this.#show === 'depth' && depth !== null && verdict === 'blocked') return `${LETTERS[verdict]}${depth}`;
    if (this.#show === 'mechanism' && by !== null) return by;
    return LETTERS[verdict];
  }

  #tools(): void {
    const { vectors, sandboxes } = this.#data;
    const text = element('input', { type: 'search', id: 'matrix-text', autocomplete: 'off' });
    text.addEventListener('input', () => this.#choose({ text: text.value }));
    const any = (label: string, key: keyof Choice, values: Iterable<string>) =>
      choice(label, [['', 'any'], ...[...new Set(values)].map((value) => [value, value] as const)], (value) =>
        this.#choose({ [key]: value }),
      );
    byId('matrix-tools').append(
      element('label', { class: 'wide' }, 'Vectors whose name or title has', text),
      any(
        'Mechanism',
        'mechanism',
        vectors.map((vector) => vector.mechanism),
      ),
      any(
        'Phase',
        'phase',
        vectors.map(({ phase }) => phase),
      ),
      any(
        'Goal',
        'goal',
        vectors.flatMap(({ goals }) => goals),
      ),
      choice(
        'Verdict',
        [
          ['', 'any'],
          ['open', 'open somewhere'],
          ['blocked', 'blocked somewhere'],
          ['unknown', 'unknown somewhere'],
          ['mixed', 'not the same everywhere'],
          ['differs', 'differs from the prediction'],
        ],
        (verdict) => this.#choose({ verdict }),
      ),
      any(
        'Runtime',
        'runtime',
        sandboxes.map(({ runtime }) => runtime),
      ),
      any(
        'Profile',
        'profile',
        sandboxes.map(({ profile }) => profile),
      ),
      choice(
        'Grouped by',
        [
          ['mechanism', 'mechanism'],
          ['phase', 'phase'],
          ['goal', 'goal'],
          ['none', 'nothing'],
        ],
        (group) => this.#choose({ group: group as Choice['group'] }),
      ),
      choice(
        'Sorted by',
        [
          ['catalogue', 'catalogue'],
          ['name', 'name'],
          ['open', 'most open'],
          ['severity', 'severity'],
        ],
        (sort) => this.#choose({ sort: sort as Choice['sort'] }),
      ),
      choice(
        'Cells show',
        [
          ['verdict', 'the verdict'],
          ['depth', 'the depth'],
          ['mechanism', 'what blocks'],
        ],
        (show) => {
          this.#show = show as Show;
          this.draw();
        },
      ),
    );
  }

  #choose(part: Partial<Choice>): void {
    this.#choice = { ...this.#choice, ...part };
    this.draw();
  }

  #listen(): void {
    const cellOf = ({ target }: Event): HTMLElement | undefined =>
      (target instanceof Element && target.closest<HTMLElement>('td.cell')) || undefined;
    this.#box.addEventListener('mouseover', (event) => {
      const cell = cellOf(event);
      if (cell !== undefined && this.#pinned === undefined) this.#tell(cell);
    });
    this.#box.addEventListener('focusin', (event) => {
      const cell = cellOf(event);
      if (cell !== undefined && this.#pinned === undefined) this.#tell(cell);
    });
    this.#box.addEventListener('click', (event) => {
      const cell = cellOf(event);
      if (cell !== undefined) this.#pin(cell);
    });
    this.#box.addEventListener('keydown', (event) => {
      const cell = cellOf(event);
      if (cell !== undefined) this.#key(event, cell);
    });
  }

  #key(event: KeyboardEvent, cell: HTMLElement): void {
    if (event.key === 'Enter' || event.key === ' ') this.#pin(cell);
    else if (event.key === 'Escape') {
      this.#pinned?.classList.remove('pinned');
      this.#pinned = undefined;
      this.#evidence.replaceChildren();
    } else {
      const next = neighbour(cell, event.key);
      if (next === undefined) return;
      cell.setAttribute('tabindex', '-1');
      next.setAttribute('tabindex', '0');
      next.focus();
    }
    event.preventDefault();
  }

  /** The same cell again lets go of it. */
  #pin(cell: HTMLElement): void {
    const again = this.#pinned === cell;
    this.#pinned?.classList.remove('pinned');
    this.#pinned = again ? undefined : cell;
    if (again) return;
    cell.classList.add('pinned');
    this.#tell(cell);
  }

  #tell(cell: HTMLElement): void {
    const [column = 0, line = 0] = (cell.dataset.at ?? '').split(' ').map(Number);
    const vector = this.#data.vectors[line] as LabData['vectors'][number];
    const sandbox = this.#data.sandboxes[column] as LabData['sandboxes'][number];
    const title = element('h3', {}, `${vector.id} in ${sandbox.runtime}, ${sandbox.profile}`);
    this.#evidence.replaceChildren(
      title,
      element('p', {}, `${vector.title} (${vector.severity}; ${vector.phase}; ${vector.goals.join(', ')})`),
      ...this.#told(cellAt(this.#data, column, line)),
    );
  }

  #told(cell: LabCell | undefined): readonly Node[] {
    if (cell === undefined) return [element('p', {}, 'Not asked here.')];
    const { verdict, by, depth, predicted, heldBy, evidence, why } = cell;
    const { texts } = this.#data;
    const facts = [
      by === null ? verdict : `${verdict} by ${by}`,
      predicted === null ? 'no prediction' : `predicted ${predicted}`,
      ...(depth === null ? [] : [`depth ${depth}`]),
      ...(heldBy.length === 0
        ? []
        : [`opens when these fail: ${heldBy.map((set) => set.join(' and ')).join('; or ')}`]),
    ];
    const lines = evidence.map((place) => element('li', {}, element('code', {}, texts[place] ?? '')));
    return [
      element('p', {}, element('b', {}, facts.join('; '))),
      ...(why === null ? [] : [element('p', {}, texts[why] ?? '')]),
      ...(lines.length === 0 ? [] : [element('ul', {}, ...lines)]),
    ];
  }
}

/** The cell that an arrow key leads to. */
function neighbour(cell: HTMLElement, key: string): HTMLElement | undefined {
  const row = cell.parentElement;
  const at = row === null ? -1 : [...row.children].indexOf(cell);
  const found =
    key === 'ArrowRight'
      ? cell.nextElementSibling
      : key === 'ArrowLeft'
        ? cell.previousElementSibling
        : key === 'ArrowDown' || key === 'ArrowUp'
          ? lineBeside(row, key === 'ArrowDown' ? 1 : -1)?.children[at]
          : undefined;
  return found instanceof HTMLElement && found.matches('td.cell') ? found : undefined;
}

function lineBeside(row: Element | null, by: 1 | -1): Element | undefined {
  const lines = [...(row?.closest('table')?.querySelectorAll('tr[data-vector]') ?? [])];
  return row === null ? undefined : lines[lines.indexOf(row) + by];
}
