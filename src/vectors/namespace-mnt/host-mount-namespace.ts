import { fact, sharedKernel } from '../../model/words.ts';
import { defineVector } from '../define.ts';
import { allOf, shares, sharesKernel } from '../probe.ts';

export default defineVector({
  id: 'host-mount-namespace',
  title: 'Container lives in the mount namespace of the host',
  mechanism: 'namespace-mnt',
  phase: 'create',
  goal: 'host-root',
  severity: 'critical',
  stride: 'TIDE',
  appliesTo: ['workload'],
  routes: [
    [
      sharedKernel,
      fact('namespace.mnt', { is: 'host' }, 'namespace-mnt', {
        set: 'private',
        absent: 'closed',
        title: "uses the host's mount namespace",
      }),
    ],
  ],
  probe: allOf(sharesKernel, shares('mnt')),
  why: "Without a mount namespace the container's root is a chroot at best: every mount of the host is in the same tree, and /proc/PID/root of any process that can be read leads out of it.",
  fix: 'Always make a mount namespace and pivot_root into the image.',
  refs: { attack: ['T1611'], nist800190: ['3.4.3', '3.5.5'], cwe: ['CWE-653'], docs: ['mount_namespaces(7)'] },
  examples: [
    {
      oci: '{"ociVersion":"1.2.0","process":{"user":{"uid":0,"gid":0},"args":["sh"]},"root":{"path":"rootfs"},"linux":{"namespaces":[{"type":"pid"}]}}',
      verdict: 'open',
    },
    {
      oci: '{"ociVersion":"1.2.0","process":{"user":{"uid":0,"gid":0},"args":["sh"]},"root":{"path":"rootfs"},"linux":{"namespaces":[{"type":"pid"},{"type":"mount"}]}}',
      verdict: 'blocked',
    },
    { docker: 'run debian', verdict: 'blocked', depth: 1 },
  ],
});
