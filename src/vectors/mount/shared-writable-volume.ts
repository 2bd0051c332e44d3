import { mounted } from '../../model/words.ts';
import { defineVector } from '../define.ts';

export default defineVector({
  id: 'shared-writable-volume',
  title: 'Container can change files that another container of the configuration uses',
  mechanism: 'mount',
  phase: 'create',
  goal: 'other-container',
  severity: 'medium',
  stride: 'TI',
  appliesTo: ['workload'],
  routes: [[mounted({ shared: true, writable: true, title: 'a writable volume is mounted in other containers, too' })]],
  why: 'A volume of several containers is one file system: programs, templates and links that one writes are executed or followed by the others. Only what the same artifact states is judged.',
  fix: 'Mount it read-only for readers; one volume a writer.',
  refs: {
    attack: ['T1080'],
    nist800190: ['3.3.4', '3.4.3'],
    owaspDocker: ['R8'],
    kubehound: ['VOLUME_ACCESS'],
    cwe: ['CWE-732', 'CWE-59'],
  },
  examples: [
    {
      compose: `services:
  a: { image: debian, volumes: ['data:/d'] }
  b: { image: debian, volumes: ['data:/d'] }
volumes: { data: {} }
`,
      of: 'a',
      verdict: 'open',
    },
    {
      compose: `services:
  a: { image: debian, volumes: ['data:/d:ro'] }
  b: { image: debian, volumes: ['data:/d'] }
volumes: { data: {} }
`,
      of: 'a',
      verdict: 'blocked',
    },
    { docker: 'run debian', verdict: 'blocked' },
  ],
});
