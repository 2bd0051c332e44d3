import { host, someFact } from '../../model/words.ts';
import { defineVector } from '../define.ts';

export default defineVector({
  id: 'cpu-mitigations-weak',
  title: 'The host runs with mitigations of processor flaws switched off',
  mechanism: 'kernel',
  phase: 'host',
  goal: 'information',
  severity: 'medium',
  stride: 'I',
  appliesTo: ['host'],
  routes: [
    [
      host(
        'host.kernel-parameter.mitigations',
        { matches: '^off' },
        { title: 'the kernel was booted with mitigations=off' },
      ),
    ],
    [
      someFact({
        family: 'host.vulnerability.',
        value: { matches: '^Vulnerable' },
        mechanism: 'kernel',
        absent: 'unknown',
        title: 'the kernel reports a flaw as open',
      }),
    ],
  ],
  why: 'mitigations=off (cpu_mitigations, kernel/cpu.c) or a line that begins with Vulnerable in /sys/devices/system/cpu/vulnerabilities means that code can read across processes, containers and virtual machines through speculation.',
  fix: 'Boot with the default mitigations; update microcode.',
  refs: {
    attack: ['T1068'],
    cisDocker: ['1.2.1'],
    nist800190: ['3.5.2'],
    cwe: ['CWE-1037', 'CWE-203'],
    cve: ['CVE-2017-5753', 'CVE-2017-5715', 'CVE-2018-3639'],
    docs: ['Documentation/admin-guide/hw-vuln/index.rst'],
  },
  examples: [
    { hostProfile: 'parameters: { mitigations: off }', verdict: 'open' },
    {
      hostProfile: '{ parameters: { mitigations: auto }, vulnerabilities: { mds: "Mitigation: Clear CPU buffers" } }',
      verdict: 'blocked',
    },
    {
      hostProfile: 'vulnerabilities: { mds: "Vulnerable: Clear CPU buffers attempted, no microcode" }',
      verdict: 'open',
    },
  ],
});
