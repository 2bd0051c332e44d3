/** The bundled command, built into a folder of its own: other runs may be building `dist/`. */
import { execFileSync, spawnSync } from 'node:child_process';
import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export interface Run {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
}

export interface RunOptions {
  readonly cwd?: string;
  readonly env?: Readonly<Record<string, string>>;
  readonly input?: string | Uint8Array;
}

const PLAIN = new Set(['NO_COLOR', 'FORCE_COLOR', 'COLUMNS', 'COFFERDAM_TEST_REPORT']);

export class BuiltCommand {
  readonly folder: string;
  /** The start file. */
  readonly path: string;

  private constructor(folder: string) {
    this.folder = folder;
    this.path = join(folder, 'cofferdam.js');
  }

  static build(): BuiltCommand {
    const folder = mkdtempSync(join(tmpdir(), 'cofferdam-built-'));
    const command = new BuiltCommand(folder);
    try {
      execFileSync(process.execPath, ['scripts/build.mjs', folder]);
    } catch (error) {
      command.remove();
      throw error;
    }
    // Other users run it as well.
    chmodSync(folder, 0o755);
    return command;
  }

  run(args: readonly string[], options: RunOptions = {}): Run {
    return this.start(process.execPath, [this.path, ...args], options);
  }

  /** `$COFFERDAM` stands for the command. */
  shell(script: string, options: RunOptions = {}): Run {
    const env = { ...options.env, COFFERDAM: `${process.execPath} ${this.path}` };
    return this.start('/bin/bash', ['-c', script], { ...options, env });
  }

  start(program: string, args: readonly string[], { cwd, env = {}, input = '' }: RunOptions = {}): Run {
    const inherited = Object.entries(process.env).filter(([name]) => !PLAIN.has(name));
    const { status, stdout, stderr } = spawnSync(program, args, {
      cwd,
      env: { ...Object.fromEntries(inherited), ...env },
      input,
      encoding: 'utf8',
      maxBuffer: 2 ** 28,
    });
    return { code: status, out: stdout, err: stderr };
  }

  remove(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }
}
