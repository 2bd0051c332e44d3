import { spawnSync } from 'node:child_process';
import { median, timeProcess } from './measure.ts';

/** Scanners that read the same kinds of files. Taken from PATH, or from BENCH_PEERS (a list of folders with their programs). */
const PEERS = [
  {
    name: 'checkov',
    args: (target: string) => ['--quiet', '--compact', '--framework', 'dockerfile', 'kubernetes', '-d', target],
  },
  {
    name: 'trivy',
    args: (target: string) => ['config', '--quiet', '--skip-check-update', '--skip-version-check', target],
  },
] as const;

/** A table row a peer: its median over ours, paired in one run; what is not on the machine is named. */
export function peers(target: string): string {
  const rows = PEERS.map(({ name, args }) => {
    const program = find(name);
    if (program === undefined) return `- ${name}: not on this machine (set BENCH_PEERS to the folder of its program)`;
    const ratios: number[] = [];
    let milliseconds = 0;
    for (let i = 0; i < 3; i++) {
      const other = timeProcess(program, args(target));
      const own = timeProcess('node', ['dist/cofferdam.js', 'check', '--format', 'json', target]);
      ratios.push(other.milliseconds / own.milliseconds);
      milliseconds = other.milliseconds;
    }
    return `- ${name} ${versionOf(program)}: ${median(ratios).toFixed(1)} × our time (${(milliseconds / 1000).toFixed(1)} s); it reads Dockerfiles and Kubernetes manifests, not compose files`;
  });
  return rows.join('\n');
}

function find(name: string): string | undefined {
  const folders = [...(process.env.BENCH_PEERS ?? '').split(':'), ...(process.env.PATH ?? '').split(':')].filter(
    (folder) => folder !== '',
  );
  return folders.map((folder) => `${folder}/${name}`).find((path) => spawnSync(path, ['--version']).status === 0);
}

function versionOf(program: string): string {
  return (
    spawnSync(program, ['--version'], { encoding: 'utf8' })
      .stdout.split('\n')[0]
      ?.replace(/^[^\d]*/, '') ?? ''
  );
}
