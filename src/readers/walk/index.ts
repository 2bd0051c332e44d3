import { lstatSync, statSync } from 'node:fs';
import { basename, dirname, join, normalize, resolve } from 'node:path';
import { CofferdamError } from '../../posture/index.ts';
import { failed } from '../json.ts';
import type { ReadOptions, ReadResult } from '../subject.ts';
import { Confinement, reasonOf } from './confine.ts';
import { decode } from './content.ts';
import { chartOf, skippedBy } from './foreign.ts';
import { type FileKind, kindOf } from './kind.ts';
import { isSingleKind, loadReader } from './load.ts';
import { COMPOSE_BASES, COMPOSE_OVERRIDES, claimsArtifact, isBareName } from './names.ts';
import { type FoundFile, type PassedOver, Tree } from './tree.ts';

/**
 * From paths to subjects: the only place of the readers that touches the file system. Folders are walked, kinds told by content,
 * and each file handed to its reader; what a reader asks for beside it passes the same confinement. Nothing is executed.
 */
export interface WalkOptions {
  /** Folders or files outside the given trees that artifacts may refer to. */
  readonly allowOutside?: readonly string[];
  readonly cwd?: string;
  /** Variables for interpolation beside the artifact's own `.env`. */
  readonly environment?: Readonly<Record<string, string>>;
  readonly profiles?: readonly string[];
  /** The bytes of standard input, asked for where a target is `-`. */
  readonly stdin?: () => Uint8Array;
  readonly maxFileBytes?: number;
  readonly maxTotalBytes?: number;
  readonly maxFiles?: number;
}

export interface WalkResult extends ReadResult {
  /** Files that were recognised and handed to a reader. */
  readonly artifacts: number;
  readonly passedOver: Readonly<PassedOver>;
  /** The port the readers were given, for whoever joins what they found. */
  readonly options: ReadOptions;
}

const MEBIBYTE = 2 ** 20;
const DEFAULTS = { maxFileBytes: 10 * MEBIBYTE, maxTotalBytes: 1024 * MEBIBYTE, maxFiles: 200_000 };
/** Deeper than any path that the kernel resolves in one go (PATH_MAX, 4096 bytes). */
const MAX_DEPTH = 2_048;

export async function readTargets(targets: readonly string[], options: WalkOptions = {}): Promise<WalkResult> {
  const run = new Run(options);
  for (const target of targets) {
    if (target === '-') run.addStdin();
    else run.addTarget(target);
  }
  return run.read();
}

interface TextFile extends FoundFile {
  readonly text: string;
}

class Run {
  readonly #options: WalkOptions;
  readonly #cwd: string;
  readonly #confinement: Confinement;
  readonly #tree: Tree;
  readonly #results: ReadResult[] = [];
  readonly #charts = new Set<string>();
  readonly #kubernetes: TextFile[] = [];
  #stdin: TextFile | undefined;
  #artifacts = 0;

  constructor(options: WalkOptions) {
    const limits = { ...DEFAULTS, ...options };
    this.#options = options;
    this.#cwd = resolve(options.cwd ?? '.');
    this.#confinement = new Confinement(
      this.#cwd,
      { fileBytes: limits.maxFileBytes, totalBytes: limits.maxTotalBytes },
      options.allowOutside ?? [],
    );
    this.#tree = new Tree(this.#confinement, { files: limits.maxFiles, depth: MAX_DEPTH });
  }

  addTarget(target: string): void {
    const absolute = resolve(this.#cwd, target);
    const path = normalize(target).replace(/(?<=.)\/$/, '');
    try {
      const stat = statSync(absolute);
      if (stat.isDirectory()) {
        this.#confinement.allow(absolute);
        this.#tree.walk(absolute, path === '.' ? '' : path);
      } else {
        // What the file refers to lies beside it; and the file itself may be a link that the user means to be followed.
        this.#confinement.allow(dirname(absolute));
        if (lstatSync(absolute).isSymbolicLink()) this.#confinement.allow(absolute);
        this.#tree.add({ path, absolute, named: true });
      }
    } catch (error) {
      this.#fail(
        new CofferdamError('unreadable', `\`${target}\` cannot be read: ${reasonOf(error)}`, 'check the path', {
          path: target,
        }),
      );
    }
  }

  addStdin(): void {
    const bytes = this.#options.stdin?.() ?? new Uint8Array();
    const limit = this.#options.maxFileBytes ?? DEFAULTS.maxFileBytes;
    const text =
      bytes.length > limit
        ? new CofferdamError('too-large', `standard input has ${bytes.length} bytes`, `the limit is ${limit} bytes`, {
            path: '-',
          })
        : decode(bytes, '-');
    if (text instanceof CofferdamError) this.#fail(text);
    else this.#stdin = { path: '-', absolute: join(this.#cwd, '-'), named: true, text };
  }

  async read(): Promise<WalkResult> {
    if (this.#stdin) await this.#readText(this.#stdin);
    const overrides = mergedOverrides(this.#tree.files);
    for (const file of this.#tree.files) {
      const text = overrides.has(file) ? undefined : this.#textOf(file);
      if (text !== undefined) await this.#readText({ ...file, text });
    }
    await this.#readKubernetes();
    return this.#result();
  }

  #textOf(file: FoundFile): string | undefined {
    // A file without an extension is of interest if it is a script; most are binaries, and large.
    if (!file.named && isBareName(basename(file.path)) && !this.#confinement.isScript(file.absolute)) return undefined;
    const bytes = this.#confinement.bytes(file.absolute, file.path);
    const text = bytes instanceof CofferdamError ? bytes : decode(bytes, file.path);
    if (!(text instanceof CofferdamError)) return text;
    // A photograph named x.json is nobody's artifact; a Dockerfile that is no text is worth a word.
    if (file.named || text.code === 'unreadable' || claimsArtifact(basename(file.path))) this.#fail(text);
    return undefined;
  }

  async #readText(file: TextFile): Promise<void> {
    const chart = chartOf(file, this.#confinement);
    const kind = chart === undefined ? kindOf(file.path, file.text, file.named) : 'helm-template';
    if (kind === undefined) {
      if (file.named) this.#fail(unknownKind(file));
      return;
    }
    await this.#readKind(kind, file, chart);
  }

  async #readKind(kind: FileKind, file: TextFile, chart: string | undefined): Promise<void> {
    const skipped = skippedBy(kind, file, chart);
    if (skipped !== undefined) {
      if (!this.#charts.has(skipped.path)) this.#results.push({ subjects: [], problems: [], skipped: [skipped] });
      this.#charts.add(skipped.path);
    } else if (kind === 'kubernetes') {
      this.#artifacts++;
      this.#kubernetes.push(file);
    } else if (isSingleKind(kind)) {
      this.#artifacts++;
      const read = await loadReader(kind);
      this.#guard(file.path, () => read(file.text, file.path, this.#port()));
    }
  }

  /** Objects of all files are joined: a role in one file grants what a pod in another may do. */
  async #readKubernetes(): Promise<void> {
    if (this.#kubernetes.length === 0) return;
    const { joinCluster, readObjects } = await import('../kubernetes/index.ts');
    this.#guard(this.#kubernetes[0]?.path ?? '-', () =>
      joinCluster(this.#kubernetes.map((file) => readObjects(file.text, file.path))),
    );
  }

  /** Readers report; what one throws all the same concerns its file only, and anything but our own error is a defect. */
  #guard(path: string, read: () => ReadResult): void {
    try {
      this.#results.push(read());
    } catch (error) {
      if (!(error instanceof CofferdamError)) throw error;
      this.#fail(
        error.at.path === undefined
          ? new CofferdamError(error.code, error.message, error.hint, { ...error.at, path })
          : error,
      );
    }
  }

  #fail(problem: CofferdamError): void {
    this.#results.push(failed(problem));
  }

  #port(): ReadOptions {
    return {
      read: (path, from) => this.#confinement.read(path, from),
      exists: (path, from) => this.#confinement.exists(path, from),
      environment: this.#options.environment ?? {},
      ...(this.#options.profiles ? { profiles: this.#options.profiles } : {}),
    };
  }

  #result(): WalkResult {
    return {
      subjects: this.#results.flatMap((result) => result.subjects),
      problems: [...this.#tree.problems, ...this.#results.flatMap((result) => result.problems)],
      skipped: this.#results.flatMap((result) => result.skipped),
      artifacts: this.#artifacts,
      passedOver: this.#tree.passedOver,
      options: this.#port(),
    };
  }
}

function unknownKind(file: TextFile): CofferdamError {
  const known =
    'a Dockerfile, compose file, Kubernetes manifest, shell script with docker or podman lines, OCI config.json, inspect output, daemon.json or host profile';
  const name = file.path === '-' ? 'standard input' : `\`${file.path}\``;
  const why = file.text.trim() === '' ? 'is empty' : 'is of no known kind';
  return new CofferdamError('unknown-kind', `${name} ${why}`, `give ${known}`, { path: file.path, line: 1, column: 1 });
}

/** Override files that the compose reader merges into the base beside them. One that the user names is read by itself, too. */
function mergedOverrides(files: readonly FoundFile[]): ReadonlySet<FoundFile> {
  const paths = new Set(files.map((file) => file.path));
  const hasBase = (file: FoundFile) => COMPOSE_BASES.some((name) => paths.has(join(dirname(file.path), name)));
  return new Set(
    files.filter((file) => !file.named && COMPOSE_OVERRIDES.includes(basename(file.path)) && hasBase(file)),
  );
}
