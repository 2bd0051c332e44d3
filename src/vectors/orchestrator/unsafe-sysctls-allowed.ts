import { sharedKernel, someFact } from '../../model/words.ts';
import { defineVector } from '../define.ts';

export default defineVector({
  id: 'unsafe-sysctls-allowed',
  title: 'The container is started with sysctls outside the safe set',
  mechanism: 'orchestrator',
  phase: 'request',
  goal: 'denial-of-service',
  severity: 'low',
  stride: 'TD',
  appliesTo: ['workload'],
  routes: [
    [
      sharedKernel,
      someFact({
        family: 'sysctl.',
        name: '^(?!(kernel\\.shm_rmid_forced|net\\.ipv4\\.(ip_local_port_range|tcp_syncookies|ping_group_range|ip_unprivileged_port_start|ip_local_reserved_ports|tcp_keepalive_time|tcp_fin_timeout|tcp_keepalive_intvl|tcp_keepalive_probes|tcp_rmem|tcp_wmem))$)',
        mechanism: 'orchestrator',
        title: 'a sysctl outside the safe set is set',
      }),
    ],
  ],
  why: 'Engines set only sysctls that belong to one of the container’s namespaces, yet some of these cost the node memory or change what neighbours see (net.core.somaxconn, kernel.msgmax, net.ipv4.conf.*.route_localnet). Kubernetes lists as safe those that do not, and admits others only where the kubelet’s allowedUnsafeSysctls says so.',
  fix: 'Keep to the safe set; nodes of their own for workloads that need more.',
  refs: {
    attack: ['T1499'],
    nist800190: ['3.4.3'],
    pss: ['baseline:sysctls'],
    owaspKubernetes: ['K01'],
    cwe: ['CWE-732'],
    cve: ['CVE-2022-0811'],
    docs: ['sysctl(8)', 'Kubernetes: Using sysctls in a Kubernetes Cluster'],
  },
  examples: [
    { docker: 'run --sysctl kernel.msgmax=65536 debian', verdict: 'open' },
    { docker: 'run --sysctl net.ipv4.tcp_syncookies=1 debian', verdict: 'blocked' },
    { docker: 'run debian', verdict: 'blocked' },
    {
      kubernetes:
        '{apiVersion: v1, kind: Pod, metadata: {name: p}, spec: {securityContext: {sysctls: [{name: net.core.somaxconn, value: "1024"}]}, containers: [{name: c, image: debian}]}}',
      verdict: 'open',
    },
  ],
});
