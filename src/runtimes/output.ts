import { execFile } from 'node:child_process';

/** What a command says; fails with what it said where it fails. */
export function output([command = '', ...args]: readonly string[]): Promise<string> {
  return new Promise((resolve, reject) => {
    execFile(command, args, { timeout: 30_000 }, (error, stdout) => (error === null ? resolve(stdout) : reject(error)));
  });
}

/** The last line of what a failed command said. */
export function lastWord(error: unknown): string {
  const { stderr, message } = error as Error & { stderr?: string };
  return (stderr || message).trim().split('\n').at(-1) ?? '';
}
