/** Variables in a value, after compose-go template/template.go and the compose-spec, 12-interpolation.md. */
export type Lookup = (name: string) => string | undefined;

export interface Interpolated {
  /** Variables without a value are left in it as `${NAME}`, so that what stands around them can still be read. */
  readonly text: string;
  /** Names that have neither a value nor a default: compose puts nothing in their place and warns. */
  readonly unset: readonly string[];
  /** `${NAME:?reason}` without a value: compose refuses the file. */
  readonly required: readonly { readonly name: string; readonly reason: string }[];
  /** A `${` that is not a variable: compose refuses the file. */
  readonly invalid: boolean;
}

interface Result {
  readonly unset: string[];
  readonly required: { name: string; reason: string }[];
  invalid: boolean;
}

/** Defaults may hold variables again; real files stay below three levels. */
const MAX_NESTING = 20;

const NAME = /[A-Za-z_][A-Za-z0-9_]*/y;

export function interpolate(template: string, lookup: Lookup): Interpolated {
  const result: Result = { unset: [], required: [], invalid: false };
  const text = expand(template, lookup, result, 0);
  return { text, ...result };
}

function expand(template: string, lookup: Lookup, result: Result, depth: number): string {
  if (depth > MAX_NESTING) {
    result.invalid = true;
    return template;
  }
  let text = '';
  let at = 0;
  for (;;) {
    const dollar = template.indexOf('$', at);
    if (dollar < 0) return text + template.slice(at);
    text += template.slice(at, dollar);
    const next = template[dollar + 1];
    if (next === '$') {
      text += '$';
      at = dollar + 2;
    } else if (next === '{') {
      const close = closingBrace(template, dollar + 1);
      const name = nameAt(template, dollar + 2);
      if (close < 0 || name === '') {
        result.invalid = true;
        return text + template.slice(dollar);
      }
      text += braced(name, template.slice(dollar + 2 + name.length, close), lookup, result, depth);
      at = close + 1;
    } else {
      const name = nameAt(template, dollar + 1);
      text += name === '' ? '$' : (lookup(name) ?? unset(name, result));
      at = dollar + 1 + name.length;
    }
  }
}

function nameAt(template: string, offset: number): string {
  NAME.lastIndex = offset;
  return NAME.exec(template)?.[0] ?? '';
}

function closingBrace(template: string, open: number): number {
  let depth = 0;
  for (let i = open; i < template.length; i++) {
    if (template[i] === '{') depth++;
    else if (template[i] === '}' && --depth === 0) return i;
  }
  return -1;
}

function unset(name: string, result: Result): string {
  result.unset.push(name);
  return `\${${name}}`;
}

function braced(name: string, rest: string, lookup: Lookup, result: Result, depth: number): string {
  const value = lookup(name);
  if (rest === '') return value ?? unset(name, result);
  const colon = rest[0] === ':';
  const operator = rest[colon ? 1 : 0];
  const argument = rest.slice(colon ? 2 : 1);
  const present = value !== undefined && !(colon && value === '');
  switch (operator) {
    case '-':
      return present ? value : expand(argument, lookup, result, depth + 1);
    case '+':
      return present ? expand(argument, lookup, result, depth + 1) : (value ?? '');
    case '?':
      if (present) return value;
      result.required.push({ name, reason: argument });
      return `\${${name}}`;
    default:
      result.invalid = true;
      return `\${${name}}`;
  }
}
