import { any, readsKernelFile } from '../../model/words.ts';
import { defineVector } from '../define.ts';
import { anyOf } from '../probe.ts';
import { hostStateRead } from '../probe-words-of-places.ts';

export default defineVector({
  id: 'leak-file-tables',
  title: 'Container sees how many files and inodes the host has in use',
  mechanism: 'mount',
  phase: 'run',
  goal: 'information',
  severity: 'low',
  stride: 'I',
  appliesTo: ['workload'],
  routes: [
    [
      any(
        'one of the files',
        readsKernelFile('/proc/sys/fs/file-nr'),
        readsKernelFile('/proc/sys/fs/inode-nr'),
        readsKernelFile('/proc/sys/fs/dentry-state'),
      ),
    ],
  ],
  probe: anyOf(
    hostStateRead('/proc/sys/fs/file-nr'),
    hostStateRead('/proc/sys/fs/inode-nr'),
    hostStateRead('/proc/sys/fs/dentry-state'),
  ),
  why: 'file-nr, inode-nr and dentry-state are sums over the machine (fs/file_table.c, fs/inode.c, fs/dcache.c) and move with each neighbour’s opens.',
  fix: 'Mask the files, or a sandbox with a kernel of its own.',
  refs: {
    attack: ['T1082'],
    nist800190: ['3.5.2'],
    cwe: ['CWE-497', 'CWE-203'],
    papers: ['containerleaks'],
    docs: ['proc(5)'],
  },
  examples: [
    { docker: 'run debian', verdict: 'open' },
    { docker: 'run --user 1000 --cap-drop ALL --read-only debian', verdict: 'open' },
    { docker: 'run --runtime runsc debian', verdict: 'blocked', depth: 1 },
    {
      kubernetes:
        '{apiVersion: v1, kind: Pod, metadata: {name: p}, spec: {runtimeClassName: gvisor, containers: [{name: c, image: debian}]}}',
      verdict: 'blocked',
    },
  ],
});
