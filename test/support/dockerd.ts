import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { stubPath } from '../../src/agent/index.ts';
import { CAPABILITIES } from '../../src/kernel/index.ts';
import { rootFolder, STUB_INSIDE } from '../../src/runtimes/root-folder.ts';

/** A Docker of our own, without network, whose state lies in a folder that goes with it. */
export class PrivateDocker {
  readonly socket: string;
  readonly #folder = mkdtempSync(join(tmpdir(), 'cofferdam-dockerd-'));
  readonly #daemon: ChildProcess;
  #said = '';

  constructor() {
    this.socket = join(this.#folder, 'docker.sock');
    const places = ['data-root', 'exec-root'].map((name) => `--${name}=${join(this.#folder, name)}`);
    const runtime = this.#runtimeWithinOwnRights();
    const quiet = ['--iptables=false', '--ip6tables=false', '--bridge=none', '--storage-driver=vfs'];
    const pidfile = `--pidfile=${join(this.#folder, 'pid')}`;
    this.#daemon = spawn('dockerd', [`--host=unix://${this.socket}`, pidfile, ...places, ...quiet, ...runtime], {
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    for (const stream of [this.#daemon.stdout, this.#daemon.stderr]) {
      stream?.on('data', (text: Buffer) => {
        this.#said = (this.#said + text.toString()).slice(-4000);
      });
    }
  }

  /** Waits until it answers, and imports an image whose program is the stub. */
  async ready(): Promise<void> {
    const until = Date.now() + 60_000;
    while (!this.#answers()) {
      if (Date.now() > until || this.#daemon.exitCode !== null)
        throw new Error(`dockerd does not answer: ${this.#said}`);
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
    const root = rootFolder(join(this.#folder, 'image'), stubPath());
    const tar = execFileSync('tar', ['-C', root, '-c', '.']);
    execFileSync('docker', ['-H', `unix://${this.socket}`, 'import', '-', 'stub'], { input: tar });
  }

  docker(...args: readonly string[]): string {
    return execFileSync('docker', ['-H', `unix://${this.socket}`, ...args], { encoding: 'utf8' }).trim();
  }

  /** A container that waits for input which never comes. */
  run(name: string, options: readonly string[]): void {
    this.docker('run', '--detach', '--interactive', '--network=none', '--name', name, ...options, 'stub', STUB_INSIDE);
  }

  async end(): Promise<void> {
    const ids = this.docker('ps', '--all', '--quiet')
      .split('\n')
      .filter((id) => id !== '');
    if (ids.length > 0) this.docker('rm', '--force', ...ids);
    const ended = new Promise((resolve) => this.#daemon.once('exit', resolve));
    this.#daemon.kill('SIGTERM');
    await ended;
    rmSync(this.#folder, { recursive: true, force: true });
  }

  /**
   * Where this machine withholds capabilities from its root (a development machine may lack SYS_RESOURCE), runc cannot give
   * them: one that leaves them out stands before it.
   */
  #runtimeWithinOwnRights(): readonly string[] {
    const bounding = /^CapBnd:\s*(\w+)$/m.exec(readFileSync('/proc/self/status', 'utf8'))?.[1] ?? '';
    const held = CAPABILITIES.filter((_, i) => (BigInt(`0x${bounding}`) >> BigInt(i)) & 1n).map(
      (name) => `CAP_${name}`,
    );
    if (held.length === CAPABILITIES.length) return [];
    const path = join(this.#folder, 'runc-within-rights');
    const script = `#!${process.execPath}
const { readFileSync, writeFileSync } = require('node:fs');
const args = process.argv.slice(2);
const at = args.indexOf('--bundle');
if (args.includes('create') && at >= 0) {
  const path = args[at + 1] + '/config.json';
  const config = JSON.parse(readFileSync(path, 'utf8'));
  const sets = config.process.capabilities ?? {};
  const held = ${JSON.stringify(held)};
  for (const name of Object.keys(sets)) sets[name] = sets[name].filter((one) => held.includes(one));
  writeFileSync(path, JSON.stringify(config));
}
const { status } = require('node:child_process').spawnSync('runc', args, { stdio: 'inherit' });
process.exit(status ?? 1);
`;
    writeFileSync(path, script, { mode: 0o755 });
    return [`--add-runtime=within-rights=${path}`, '--default-runtime=within-rights'];
  }

  #answers(): boolean {
    if (!existsSync(this.socket)) return false;
    try {
      this.docker('version', '--format', '{{.Server.Version}}');
      return true;
    } catch {
      return false;
    }
  }
}
