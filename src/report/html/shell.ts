/**
 * The frame of every page: one file that needs nothing else. A policy lets only its own style and script act, by their digests;
 * nothing is loaded, sent or framed.
 */
import { createHash } from 'node:crypto';
import { gzipSync } from 'node:zlib';
import { html, type Markup, safeJson, trusted } from './markup.ts';
import { type PageScript, pageSources } from './page-sources.ts';

export interface Page {
  readonly title: string;
  /** One line below the title. */
  readonly subtitle: string;
  readonly sections: readonly Section[];
  readonly script: PageScript;
  /** What the script draws. */
  readonly data: unknown;
}

interface Section {
  /** The anchor of it. */
  readonly id: string;
  readonly title: string;
  readonly body: Markup;
}

export async function renderPage({ title, subtitle, sections, script, data }: Page): Promise<string> {
  const { style, scripts } = await pageSources();
  const code = scripts[script];
  const policy = [
    "default-src 'none'",
    `script-src ${digest(code)}`,
    `style-src ${digest(style)}`,
    "base-uri 'none'",
    "form-action 'none'",
  ].join('; ');
  const page = html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${trusted(policy)}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="referrer" content="no-referrer">
<title>${title}</title>
<style>${trusted(style)}</style>
</head>
<body>
<a class="skip" href="#${sections[0]?.id}">Skip to the content</a>
<header class="page-head">
<h1>${title}</h1>
<p>${subtitle}</p>
<label class="theme">Colours <select id="theme"><option value="light dark">of the system</option><option value="light">light</option><option value="dark">dark</option></select></label>
<nav aria-label="Sections">${sections.map(({ id, title: name }) => html`<a href="#${id}">${name}</a> `)}</nav>
</header>
<main>
${sections.map(
  ({ id, title: name, body }) => html`<section id="${id}" aria-labelledby="${id}-title">
<h2 id="${id}-title">${name}</h2>
${body}
</section>
`,
)}</main>
<script type="text/plain" id="data">${packed(data)}</script>
<script>${trusted(code)}</script>
</body>
</html>
`;
  return page.text;
}

function digest(text: string): string {
  return `'sha256-${createHash('sha256').update(text).digest('base64')}'`;
}

/** Compressed, because evidence repeats itself; web/page.ts unpacks it. */
function packed(data: unknown): string {
  return gzipSync(safeJson(data), { level: 9 }).toString('base64');
}
