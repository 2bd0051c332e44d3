/** Mermaid's own grammar, without a browser: it cleans labels by DOMPurify, which needs one and has no part in the grammar. */
import DOMPurify from 'dompurify';

export async function parseMermaid(text: string): Promise<string> {
  Object.assign(DOMPurify, { addHook: () => undefined, sanitize: (label: string) => label });
  const { default: mermaid } = await import('mermaid');
  return (await mermaid.parse(text)).diagramType;
}
