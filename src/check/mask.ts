import type { StatedSource, Statement } from '../posture/index.ts';
import type { Subject } from '../readers/index.ts';

/** Families whose values may be secrets: reports quote statements, and reports end up in logs. */
const SENSITIVE = /^(?:env|image\.env|image\.arg)\.(.+)$/;

/** The mark that a quoted statement had a value; its source line is not shown either. */
const MASKED = '=…';

/** The object with the values of variables taken out of the quoted text of its statements. The facts keep them. */
export function withoutValues(subject: Subject): Subject {
  const layers = subject.layers.map((layer) => ({ ...layer, statements: maskStatements(layer.statements) }));
  return { ...subject, layers };
}

export function maskStatements(statements: readonly Statement[]): readonly Statement[] {
  const masked = new Map<StatedSource, StatedSource>();
  return statements.map((statement) => {
    const { source } = statement;
    const name = nameOf(statement);
    if (source.kind !== 'stated' || name === undefined) return statement;
    const own = masked.get(source) ?? { ...source, text: maskText(source.text, name) };
    masked.set(source, own);
    return { ...statement, source: own };
  });
}

function nameOf(statement: Statement): string | undefined {
  for (const key in statement.facts) {
    const match = SENSITIVE.exec(key);
    if (match) return match[1];
  }
  return undefined;
}

/** `ENV TOKEN=abc` → `ENV TOKEN=…`; a text that does not name the variable keeps its first word only. */
function maskText(text: string, name: string): string {
  const at = text.indexOf(name);
  const before = at >= 0 ? text.slice(0, at) : `${/^[\w-]*[:=]?/.exec(text)?.[0] ?? ''} `;
  return `${before.trimStart()}${name}${MASKED}`;
}
