/** Where a fact comes from. The five kinds are exhaustive: nothing enters a posture without one. */
export type Source = StatedSource | DefaultSource | ObservedSource | AssumedSource | ChangedSource;

/** A place in an artifact that the user wrote. Lines and columns are 1-based and count UTF-16 code units. */
export interface Place {
  readonly path: string;
  readonly line: number;
  readonly column: number;
  /** Exclusive end column on the same line; absent when the value spans lines or its end is not known. */
  readonly endColumn?: number;
}

/** `text` is the statement as the user knows it, short enough for one line: `privileged: true`, `--cap-add SYS_ADMIN`. */
export interface StatedSource extends Place {
  readonly kind: 'stated';
  readonly text: string;
  /** Places the value was pulled through, outermost last: an alias, a merge key, `extends`, an included file. */
  readonly via?: readonly Place[];
}

/** What an engine, runtime or kernel does when nothing is said. `engine` as `docker@29.4`; `cite` names its source file. */
export interface DefaultSource {
  readonly kind: 'default';
  readonly engine: string;
  readonly cite: string;
}

/** `from`: the /proc file or system call that was read. */
export interface ObservedSource {
  readonly kind: 'observed';
  readonly from: string;
}

/** A host profile the user gave (`--host FILE`). */
export interface AssumedSource extends Place {
  readonly kind: 'assumed';
}

/** A change under trial: a fix, an ablation, `--what-if`. Never appears in a result's own facts. */
export interface ChangedSource {
  readonly kind: 'changed';
  readonly by: string;
}

export function placeOf(source: Source): Place | undefined {
  return source.kind === 'stated' || source.kind === 'assumed' ? source : undefined;
}

/** `compose.yaml:12`, `docker@29.4 default`, `/proc/self/status`. */
export function describeSource(source: Source): string {
  switch (source.kind) {
    case 'stated':
      return `${source.path}:${source.line} states \`${source.text}\``;
    case 'assumed':
      return `${source.path}:${source.line} (assumed host)`;
    case 'default':
      return `${source.engine} default`;
    case 'observed':
      return `observed in ${source.from}`;
    case 'changed':
      return `changed by ${source.by}`;
  }
}
