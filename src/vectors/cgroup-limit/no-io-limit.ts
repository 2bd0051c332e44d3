import { fact } from '../../model/words.ts';
import { defineVector } from '../define.ts';
import { unlimited } from '../probe-places.ts';

export default defineVector({
  id: 'no-io-limit',
  title: 'Container can keep the disk of the host busy',
  mechanism: 'cgroup-limit',
  phase: 'create',
  goal: 'denial-of-service',
  severity: 'low',
  stride: 'D',
  appliesTo: ['workload'],
  routes: [[fact('limit.io', { is: 'none' }, 'cgroup-limit', { title: 'no limit of reads and writes' })]],
  probe: unlimited('io'),
  why: 'blk_throtl delays only what a group with io.max (or the v1 blkio.throttle files) sends (tg_may_dispatch(), block/blk-throttle.c). On v1 buffered writes are flushed by a kernel thread and count for nobody; v2 charges them to the page owner with ext4, btrfs and XFS.',
  fix: 'Set `--device-write-bps` and its kin, or io.max on the slice, where a disk is shared with something that must answer in time.',
  refs: {
    attack: ['T1499.001'],
    nist800190: ['3.4.3'],
    owaspDocker: ['D07'],
    microsoftMatrix: ['MS-TA9040'],
    cwe: ['CWE-770'],
    papers: ['houdini'],
    docs: ['Documentation/admin-guide/cgroup-v2.rst, IO'],
  },
  examples: [
    { docker: 'run debian', verdict: 'open' },
    {
      compose:
        'services:\n  a:\n    image: debian\n    blkio_config:\n      device_write_bps:\n        - {path: /dev/sda, rate: 10mb}\n',
      verdict: 'blocked',
      depth: 1,
    },
  ],
});
