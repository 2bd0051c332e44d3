import type { Picture } from '../src/report/html/picture.ts';
import type { Arrow, Box } from './graph-visible.ts';
import { byId, element } from './page.ts';

interface Acts {
  /** Opens a closed group, closes an open one. */
  open(group: string): void;
  canClose(group: string): boolean;
  showWay(way: number): void;
}

/** What is told of what is chosen. */
export class About {
  readonly #picture: Picture;
  readonly #acts: Acts;
  readonly #place = byId('about');

  constructor(picture: Picture, acts: Acts) {
    this.#picture = picture;
    this.#acts = acts;
  }

  box({ label, below, shape, group, nodes }: Box): void {
    const closed = shape === 'group';
    const title = element('h3', {}, label, ...(below === '' ? [] : [element('small', {}, ` ${below}`)]));
    const parts: Node[] = [title];
    if (closed || this.#acts.canClose(group)) {
      const text = closed ? 'Open this group' : `Close the group ${group}`;
      parts.push(this.#button(text, () => this.#acts.open(group)));
    }
    if (closed) parts.push(this.#names(nodes));
    else parts.push(...this.#node(nodes[0] ?? 0));
    this.#place.replaceChildren(...parts);
  }

  arrow({ edges }: Arrow): void {
    const items = edges.flatMap((edge) => this.#picture.edges[edge]?.items ?? []);
    this.#place.replaceChildren(element('h3', {}, 'This line'), this.#list([...new Set(items)]));
  }

  way(number: number): void {
    const way = this.#picture.ways[number];
    if (way === undefined) return;
    this.#place.replaceChildren(element('h3', {}, way.title), this.#list(way.items, 'ol'));
  }

  #node(place: number): Node[] {
    const { nodes, edges, ways } = this.#picture;
    const into = edges.filter(({ to }) => to === place).flatMap(({ items }) => items);
    const onward = edges.filter(({ from }) => from === place).flatMap(({ items }) => items);
    const parts: Node[] = (nodes[place]?.sections ?? []).flatMap(({ title, items }) => [
      element('h4', {}, title),
      items.length === 0 ? element('p', {}, 'It is where an attacker begins.') : this.#list(items, 'ol'),
    ]);
    const through = [...ways.entries()].filter(([, way]) => way.nodes.includes(place));
    if (through.length > 0) {
      parts.push(element('h4', {}, 'Ways told below that pass here'));
      const buttons = through.map(([i, { title }]) =>
        element(
          'li',
          {},
          this.#button(title, () => this.#acts.showWay(i)),
        ),
      );
      parts.push(element('ul', { class: 'plain' }, ...buttons));
    }
    if (into.length > 0)
      parts.push(element('h4', {}, `Leads here (${new Set(into).size})`), this.#list([...new Set(into)]));
    if (onward.length > 0)
      parts.push(element('h4', {}, `Leads on (${new Set(onward).size})`), this.#list([...new Set(onward)]));
    return parts;
  }

  #names(places: readonly number[]): HTMLElement {
    const names = places.flatMap((place) => {
      const node = this.#picture.nodes[place];
      return node === undefined || node.shape === 'junction' ? [] : [element('li', {}, node.label)];
    });
    return element('ul', {}, ...names);
  }

  #list(items: readonly number[], kind: 'ol' | 'ul' = 'ul'): HTMLElement {
    return element(
      kind,
      {},
      ...items.map((item) => {
        const { text = '', place = '' } = this.#picture.items[item] ?? {};
        return element('li', {}, text, ...(place === '' ? [] : [element('br'), element('code', {}, place)]));
      }),
    );
  }

  #button(text: string, act: () => void): HTMLButtonElement {
    const made = element('button', { type: 'button' }, text);
    made.addEventListener('click', act);
    return made;
  }
}
