import { kernelConfig, readsKernelFile, readsRootFile } from '../../model/words.ts';
import { defineVector } from '../define.ts';
import { anyOf } from '../probe.ts';
import { hostFileRead } from '../probe-words-of-places.ts';

export default defineVector({
  id: 'proc-unmasked',
  title: 'Parts of procfs that engines mask are visible',
  mechanism: 'mount',
  phase: 'create',
  goal: 'information',
  severity: 'medium',
  stride: 'TIE',
  appliesTo: ['workload'],
  routes: [
    [readsRootFile('/proc/timer_list')],
    [readsKernelFile('/proc/keys'), kernelConfig('KEYS', { usually: 'passes' })],
  ],
  probe: anyOf(hostFileRead('/proc/timer_list'), hostFileRead('/proc/keys')),
  why: 'Engines lay /dev/null or an empty tmpfs over kcore, keys, timer_list, acpi, scsi, sched_debug and more (OCI linux.maskedPaths), because procfs itself has few checks beyond mode bits. `systempaths=unconfined`, `procMount: Unmasked` and privileged take all of them away at once; CAP_SYS_ADMIN unmounts them or mounts another procfs.',
  fix: 'Take the option away; nested containers can use a user namespace of their own (hostUsers: false) with an unmasked procfs.',
  refs: {
    attack: ['T1611', 'T1082'],
    nist800190: ['3.4.3'],
    pss: ['baseline:procMount', 'restricted:procMount_restricted'],
    owaspDocker: ['D04'],
    cwe: ['CWE-497', 'CWE-732'],
    cve: ['CVE-2025-31133'],
    docs: ['proc(5)', 'OCI runtime-spec config-linux.md#masked-paths'],
  },
  examples: [
    { docker: 'run debian', verdict: 'blocked', depth: 1 },
    { docker: 'run --security-opt systempaths=unconfined debian', verdict: 'open' },
    { docker: 'run --privileged debian', verdict: 'open' },
    {
      oci: '{"ociVersion":"1.2.0","process":{"args":["sh"],"cwd":"/","user":{"uid":7,"gid":7},"noNewPrivileges":true},"root":{"path":"rootfs"},"linux":{"namespaces":[{"type":"mount"},{"type":"pid"}]}}',
      verdict: 'blocked',
    },
    { docker: 'run --cap-add SYS_ADMIN debian', host: 'lsm: [apparmor]', verdict: 'open' },
    { docker: 'run -v /proc:/host/proc:ro debian', verdict: 'open' },
    {
      kubernetes:
        '{apiVersion: v1, kind: Pod, metadata: {name: p}, spec: {containers: [{name: c, image: debian, securityContext: {procMount: Unmasked}}]}}',
      verdict: 'open',
    },
    { docker: 'run --runtime runsc --security-opt systempaths=unconfined debian', verdict: 'blocked', depth: 1 },
  ],
});
