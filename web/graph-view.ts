import type { Picture } from '../src/report/html/picture.ts';
import { About } from './graph-about.ts';
import { draw } from './graph-draw.ts';
import { place } from './graph-layout.ts';
import { type View, type Visible, visible } from './graph-visible.ts';
import { byId, choice, element } from './page.ts';

/** Beyond so many boxes a picture is no longer readable, and its layout takes seconds. */
const READABLE = 300;

/** The picture, what of it is shown, and what is chosen in it. */
export class GraphView {
  readonly #picture: Picture;
  readonly #box = byId('picture');
  readonly #about: About;
  #view: View;
  #visible: Visible = { boxes: [], arrows: [] };
  #scale = 1;
  #anyway = false;

  constructor(picture: Picture) {
    this.#picture = picture;
    this.#about = new About(picture, {
      open: (group) => this.#toggle(group),
      canClose: (group) => this.#view.grouping !== '' && group !== '',
      showWay: (way) => this.showWay(way),
    });
    this.#view = firstView(picture);
    this.#tools();
    this.#listen();
    this.draw();
  }

  draw(): void {
    this.#visible = visible(this.#picture, this.#view);
    const { boxes, arrows } = this.#visible;
    const parts = boxes.filter(({ shape }) => shape !== 'junction').length;
    const all = this.#picture.nodes.filter(({ shape }) => shape !== 'junction').length;
    const says = byId('picture-says');
    if (boxes.length > READABLE && !this.#anyway) {
      says.textContent = `${parts} boxes are more than can be read. Group them, close groups, show only the ways that are told, or draw them anyway.`;
      const button = element('button', { type: 'button' }, `Draw all ${parts}`);
      button.addEventListener('click', () => {
        this.#anyway = true;
        this.draw();
      });
      this.#box.replaceChildren(button);
      return;
    }
    const hidden = this.#view.toldOnly
      ? all - boxes.flatMap(({ nodes }) => nodes).filter((i) => this.#picture.nodes[i]?.shape !== 'junction').length
      : 0;
    says.textContent = `${parts} boxes for ${all - hidden} of ${all} things, ${arrows.length} lines.${hidden > 0 ? ` ${hidden} are on no way that is told.` : ''}`;
    this.#box.replaceChildren(draw(place(this.#visible)));
    this.#zoom(1);
    this.#fit();
  }

  /** Lights up one of the ways that the page tells. */
  showWay(number: number): void {
    const way = this.#picture.ways[number];
    if (way === undefined) return;
    const on = new Set(way.nodes);
    for (const shape of this.#box.querySelectorAll<SVGElement>('[data-box]')) {
      const box = this.#visible.boxes.find(({ id }) => id === shape.dataset.box);
      shape.classList.toggle('lit', box?.nodes.some((node) => on.has(node)) ?? false);
    }
    this.#box.querySelector('svg')?.classList.add('dimmed');
    this.#about.way(number);
    this.#box.querySelector('.lit')?.scrollIntoView({ block: 'nearest', inline: 'nearest' });
  }

  #toggle(group: string): void {
    const closed = new Set(this.#view.closed);
    if (!closed.delete(group)) closed.add(group);
    this.#view = { ...this.#view, closed };
    this.draw();
  }

  #group(grouping: string, close: boolean): void {
    const groups = this.#picture.nodes.map(({ groups: all }) => all[grouping] ?? '');
    this.#view = { ...this.#view, grouping, closed: new Set(close && grouping !== '' ? groups : []) };
    this.#anyway = false;
    this.draw();
  }

  #tools(): void {
    const { groupings, ways } = this.#picture;
    const group = choice(
      'Grouped by',
      [['', 'nothing'], ...groupings.map(({ id, title }) => [id, title] as const)],
      (value) => this.#group(value, false),
    );
    const select = group.querySelector('select');
    if (select !== null) select.value = this.#view.grouping;
    const find = element('input', { type: 'search', autocomplete: 'off' });
    find.addEventListener('input', () => this.#find(find.value));
    const button = (text: string, act: () => void) => {
      const made = element('button', { type: 'button' }, text);
      made.addEventListener('click', act);
      return made;
    };
    const told = choice(
      'Shown',
      [
        ['all', 'everything drawn'],
        ['told', 'only the ways told below'],
      ],
      (value) => {
        this.#view = { ...this.#view, toldOnly: value === 'told' };
        this.draw();
      },
    );
    const toldSelect = told.querySelector('select');
    if (toldSelect !== null && this.#view.toldOnly) toldSelect.value = 'told';
    byId('picture-tools').append(
      element('label', { class: 'wide' }, 'Find', find),
      group,
      ...(ways.length === 0 ? [] : [told]),
      button('Close groups', () => this.#group(this.#view.grouping, true)),
      button('Open groups', () => this.#group(this.#view.grouping, false)),
      button('−', () => this.#zoom(1 / 1.25)),
      button('+', () => this.#zoom(1.25)),
      button('Whole', () => this.#fit(true)),
    );
  }

  #find(text: string): void {
    const wanted = text.trim().toLowerCase();
    this.#box.querySelector('svg')?.classList.toggle('dimmed', wanted !== '');
    for (const shape of this.#box.querySelectorAll<SVGElement>('[data-box]')) {
      const box = this.#visible.boxes.find(({ id }) => id === shape.dataset.box);
      const names = [box?.label ?? '', ...(box?.nodes ?? []).map((i) => this.#picture.nodes[i]?.label ?? '')];
      shape.classList.toggle('lit', wanted !== '' && names.some((name) => name.toLowerCase().includes(wanted)));
    }
    this.#box.querySelector('.lit')?.scrollIntoView({ block: 'nearest', inline: 'nearest' });
  }

  #zoom(by: number): void {
    const svg = this.#box.querySelector('svg');
    if (svg === null) return;
    this.#scale = by === 1 ? 1 : Math.min(4, Math.max(0.05, this.#scale * by));
    const { width, height } = svg.viewBox.baseVal;
    svg.setAttribute('width', String(width * this.#scale));
    svg.setAttribute('height', String(height * this.#scale));
  }

  /** The whole in its box; unless asked for, never so small that letters cannot be read. */
  #fit(whole = false): void {
    const svg = this.#box.querySelector('svg');
    if (svg === null) return;
    const scale = Math.min(1, (this.#box.clientWidth - 4) / svg.viewBox.baseVal.width);
    this.#zoom(1);
    this.#zoom(whole ? scale : Math.max(scale, 0.7));
    if (!whole) this.#lookAtStart();
  }

  /** Ways begin at the left: the first box there comes into the middle of the height. */
  #lookAtStart(): void {
    const boxes = [...this.#box.querySelectorAll<SVGGElement>('[data-box]')].map((shape) => shape.getBBox());
    const [first] = boxes.sort((a, b) => a.x - b.x);
    this.#box.scrollLeft = 0;
    this.#box.scrollTop =
      first === undefined ? 0 : (first.y + first.height / 2) * this.#scale - this.#box.clientHeight / 2;
  }

  #listen(): void {
    const choose = ({ target }: Event): boolean => {
      const shape = target instanceof Element ? target.closest<SVGElement>('[data-box],[data-arrow]') : null;
      if (shape === null) return false;
      for (const one of this.#box.querySelectorAll('.chosen')) one.classList.remove('chosen');
      shape.classList.add('chosen');
      const box = this.#visible.boxes.find(({ id }) => id === shape.dataset.box);
      const arrow = this.#visible.arrows[Number(shape.dataset.arrow)];
      if (box !== undefined) this.#about.box(box);
      else if (arrow !== undefined) this.#about.arrow(arrow);
      return true;
    };
    this.#box.addEventListener('click', choose);
    this.#box.addEventListener('keydown', (event) => {
      if ((event.key === 'Enter' || event.key === ' ') && choose(event)) event.preventDefault();
    });
    document.addEventListener('click', ({ target }) => {
      const button = target instanceof Element ? target.closest<HTMLElement>('button[data-way]') : null;
      if (button === null) return;
      this.showWay(Number(button.dataset.way));
      this.#box.scrollIntoView({ block: 'center' });
    });
  }
}

/** Few things: all of them. Many: the finest grouping that can be read, closed; else only the ways that are told. */
function firstView(picture: Picture): View {
  const { nodes, groupings, grouping, ways } = picture;
  const open: View = { grouping, closed: new Set(), toldOnly: false };
  if (nodes.length <= READABLE) return open;
  const counted = groupings
    .map(({ id }) => ({ id, groups: new Set(nodes.map(({ groups }) => groups[id] ?? '')) }))
    .filter(({ groups }) => groups.size > 1 && groups.size <= READABLE)
    .sort((a, b) => b.groups.size - a.groups.size);
  const [finest] = counted;
  if (finest !== undefined) return { grouping: finest.id, closed: finest.groups, toldOnly: false };
  return { ...open, toldOnly: ways.length > 0 };
}
