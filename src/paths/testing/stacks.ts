import type { SessionOptions } from '../../check/index.ts';
import { bareSession } from '../../check/testing/session.ts';
import { randomFrom } from '../../graph/testing/random.ts';

/** Lines of a service, and how likely it has them. */
const TRAITS: readonly (readonly [chance: number, line: string])[] = [
  [0.15, 'privileged: true'],
  [0.2, 'cap_add: [SYS_ADMIN]'],
  [0.1, 'cap_add: [SYS_PTRACE]'],
  [0.1, 'pid: host'],
  [0.1, 'network_mode: host'],
  [0.15, 'user: "10001:10001"'],
  [0.15, 'read_only: true'],
  [0.2, 'security_opt: ["no-new-privileges:true"]'],
  [0.15, 'cap_drop: [ALL]'],
  [0.3, 'ports: ["8080:8080"]'],
];

const VOLUMES: readonly (readonly [chance: number, volume: string])[] = [
  [0.2, '/var/run/docker.sock:/var/run/docker.sock'],
  [0.1, '/etc:/host/etc'],
  [0.1, '/:/host:ro'],
  [0.3, 'shared:/shared'],
];

/** A compose file of one or two services, each with a few of the mistakes that people make. */
export function randomStack(seed: number): string {
  const random = randomFrom(seed);
  const services = Array.from({ length: 1 + Math.floor(random() * 2) }, (_, i) => {
    const taken = new Set<string>();
    const lines = TRAITS.flatMap(([chance, line]) => {
      const key = line.split(':', 1)[0] as string;
      if (random() >= chance || taken.has(key) || (key === 'ports' && taken.has('network_mode'))) return [];
      taken.add(key);
      return [`    ${line}`];
    });
    const volumes = VOLUMES.filter(([chance]) => random() < chance).map(([, volume]) => `      - ${volume}`);
    const mounted = volumes.length === 0 ? [] : ['    volumes:', ...volumes];
    return [`  s${i}:`, `    image: example/s${i}:1`, ...lines, ...mounted].join('\n');
  });
  return `services:\n${services.join('\n')}\nvolumes:\n  shared: {}\n`;
}

/** Options of a run with nothing set; standard input gives this text. */
export const sessionOn = (text: string): SessionOptions =>
  bareSession('/nonexistent', { stdin: () => Buffer.from(text) });
