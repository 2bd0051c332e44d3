/** What the scripts of all pages share: the colours that the reader chose, the data, and elements made without markup. */

/** Texts become text nodes, never markup. */
export function element<K extends keyof HTMLElementTagNameMap>(
  name: K,
  attributes: Readonly<Record<string, string>> = {},
  ...children: readonly (Node | string)[]
): HTMLElementTagNameMap[K] {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  made.append(...children);
  return made;
}

export function byId(id: string): HTMLElement {
  const found = document.getElementById(id);
  if (found === null) throw new Error(`the page has no #${id}`);
  return found;
}

/** A labelled choice. */
export function choice(
  label: string,
  options: readonly (readonly [value: string, text: string])[],
  changed: (value: string) => void,
): HTMLLabelElement {
  const select = element('select');
  for (const [value, text] of options) select.append(element('option', { value }, text));
  select.addEventListener('change', () => changed(select.value));
  return element('label', {}, label, select);
}

export function chooseColours(): void {
  const select = document.getElementById('theme');
  if (!(select instanceof HTMLSelectElement)) return;
  select.addEventListener('change', () => {
    document.documentElement.style.colorScheme = select.value;
  });
}

/** The data of the page, which `src/report/html/shell.ts` packed. */
export async function unpackData<T>(): Promise<T> {
  const bytes = Uint8Array.from(atob(byId('data').textContent ?? ''), (letter) => letter.charCodeAt(0));
  const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream('gzip'));
  return JSON.parse(await new Response(stream).text()) as T;
}
