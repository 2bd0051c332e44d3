import { fact } from '../../model/words.ts';
import { defineVector } from '../define.ts';

export default defineVector({
  id: 'image-without-healthcheck',
  title: 'Image says no way to tell whether its program still works',
  mechanism: 'image',
  phase: 'build',
  goal: 'denial-of-service',
  severity: 'low',
  stride: 'D',
  appliesTo: ['image'],
  routes: [
    [fact('image.healthcheck', { is: false }, 'image', { absent: 'passes', title: 'the image has no HEALTHCHECK' })],
  ],
  why: 'Docker restarts what exits; a program that hangs or was stopped by an attacker stays, and the engine goes on sending traffic to it. Kubernetes uses its own probes and takes no notice.',
  fix: 'Add a HEALTHCHECK that asks the program itself.',
  refs: { cisDocker: ['4.6', '5.27'], nist800190: ['3.1.2'], docs: ['Dockerfile reference, HEALTHCHECK'] },
  aliases: ['image-hygiene-minor'],
  examples: [
    { dockerfile: 'FROM nginx\n', verdict: 'open' },
    { dockerfile: 'FROM nginx\nHEALTHCHECK NONE\n', verdict: 'open' },
    { dockerfile: 'FROM nginx\nHEALTHCHECK CMD curl -f http://localhost/ || exit 1\n', verdict: 'blocked', depth: 1 },
  ],
});
