import { capable, deviceAllowed, fact, lsmAllows, syscall } from '../../model/words.ts';
import { defineVector } from '../define.ts';
import { allOf } from '../probe.ts';
import { usesDevice } from '../probe-places.ts';
import { capableOnHost, mounts as mountsAsked, passesFilter } from '../probe-questions.ts';

export default defineVector({
  id: 'privileged-container',
  title: 'Container runs with every isolation of the engine switched off',
  mechanism: 'capability',
  phase: 'create',
  goal: 'host-root',
  severity: 'critical',
  stride: 'STIDE',
  appliesTo: ['workload'],
  routes: [
    [
      fact('request.privileged', { is: true }, 'capability', {
        absent: 'closed',
        set: false,
        title: 'asks for privileged mode',
      }),
      capable('SYS_ADMIN'),
    ],
    [
      capable('SYS_ADMIN'),
      capable('SYS_MODULE'),
      capable('SYS_RAWIO'),
      capable('MKNOD'),
      syscall('mount'),
      syscall('init_module'),
      lsmAllows('mount'),
      deviceAllowed('b', 'rwm'),
      deviceAllowed('c', 'rwm', 1, 1),
    ],
  ],
  probe: allOf(
    capableOnHost('SYS_ADMIN'),
    capableOnHost('SYS_MODULE'),
    capableOnHost('SYS_RAWIO'),
    capableOnHost('MKNOD'),
    passesFilter('mount'),
    passesFilter('init_module'),
    mountsAsked,
    usesDevice({ path: '.', type: 'b', access: 'rw', any: true }),
    usesDevice({ path: '^/dev/mem$', type: 'c', major: 1, minor: 1, access: 'rw' }),
  ),
  why: 'Privileged mode gives all capabilities, every device of the host with open device rules, no seccomp filter, no AppArmor profile, and takes masks and read-only mounts away. Root in it can mount the disks of the host or load a kernel module. In a user namespace (rootless engines, userns-remap) capable() does not pass on objects of the host, and the mode gives the rights of the mapped user only.',
  fix: 'Drop the switch; add only the named capabilities, devices and mounts that the workload needs.',
  refs: {
    attack: ['T1611', 'T1610'],
    cisDocker: ['5.5'],
    cisKubernetes: ['5.2.2'],
    nist800190: ['3.4.3'],
    pss: ['baseline:privileged'],
    owaspDocker: ['R3'],
    owaspKubernetes: ['K01'],
    microsoftMatrix: ['MS-TA9018'],
    kubehound: ['CE_PRIV_MOUNT', 'CE_MODULE_LOAD'],
    cwe: ['CWE-250', 'CWE-269'],
    docs: ['docker run --privileged', 'capabilities(7)'],
  },
  examples: [
    { docker: 'run --privileged debian', verdict: 'open' },
    { docker: 'run debian', verdict: 'blocked' },
    { docker: 'run --privileged --user 1000 --security-opt no-new-privileges debian', verdict: 'blocked', depth: 1 },
    { docker: 'run --privileged --runtime runsc debian', verdict: 'blocked' },
    { podman: 'run --privileged debian', host: 'engine: { rootless: true }', verdict: 'blocked' },
    {
      oci: '{"ociVersion":"1.2.0","process":{"user":{"uid":0,"gid":0},"args":["sh"],"capabilities":{"bounding":["CAP_SYS_ADMIN","CAP_SYS_MODULE","CAP_SYS_RAWIO","CAP_MKNOD"],"permitted":["CAP_SYS_ADMIN","CAP_SYS_MODULE","CAP_SYS_RAWIO","CAP_MKNOD"],"effective":["CAP_SYS_ADMIN","CAP_SYS_MODULE","CAP_SYS_RAWIO","CAP_MKNOD"]}},"root":{"path":"rootfs"},"linux":{"namespaces":[{"type":"mount"},{"type":"pid"}],"resources":{"devices":[{"allow":true,"access":"rwm"}]}}}',
      verdict: 'open',
    },
    {
      kubernetes: `apiVersion: v1
kind: Pod
metadata: { name: a }
spec:
  containers:
    - { name: c, image: debian, securityContext: { privileged: true } }
`,
      verdict: 'open',
    },
  ],
});
