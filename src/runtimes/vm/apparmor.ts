import { execFile } from 'node:child_process';
import { CofferdamError } from '../../posture/index.ts';
import { PROFILES } from './apparmor.data.ts';

const PARSER = 'apparmor_parser';

/** The engines' default profile in the form in which a kernel takes it; compiled here, as no parser is in the guest. */
export function compiledPolicy(): Promise<Uint8Array> {
  return new Promise((resolve, reject) => {
    // Nothing is loaded into this machine's kernel, nor kept.
    const args = ['--skip-kernel-load', '--skip-cache', '--stdout', '--features-file', FEATURES];
    const parser = execFile(PARSER, args, { encoding: 'buffer', maxBuffer: 2 ** 24 }, (error, stdout, stderr) => {
      if (error === null && stdout.length > 0) return resolve(stdout);
      const missing = (error as NodeJS.ErrnoException | null)?.code === 'ENOENT';
      const why = missing ? 'is not installed' : stderr.toString('utf8').trim().slice(0, 500);
      reject(new CofferdamError('runtime', `${PARSER} ${why}`, 'apt-get install apparmor'));
    });
    parser.stdin?.on('error', () => undefined);
    parser.stdin?.end(profileText());
  });
}

/** What the kernels of the parser's distribution mediate; this machine's own may have no AppArmor. */
const FEATURES = '/usr/share/apparmor-features/features';

function profileText(): string {
  const profiles = PROFILES.map(({ name, rules: own }) => {
    const rules = own.map((rule) => `  ${rule.replaceAll('PROFILE', name)}\n`);
    return `profile "${name}" flags=(attach_disconnected,mediate_deleted) {\n${rules.join('')}}\n`;
  });
  return `include <tunables/global>\n${profiles.join('')}`;
}
