import { html, type Markup } from './markup.ts';

/** Where the page's script draws. */
export function pictureBox(): Markup {
  return html`<div id="picture-tools" class="tools"></div>
<p id="picture-says" role="status"></p>
<div class="picture-split"><div id="picture" class="scroll" role="region" aria-label="Graph" tabindex="0"></div>
<aside id="about" aria-live="polite" aria-label="What is chosen"><p>Choose a box or a line to see what it is about.</p></aside></div>
<noscript><p>The graph is drawn by a script in this page, which this browser does not run; everything below needs none.</p></noscript>`;
}
