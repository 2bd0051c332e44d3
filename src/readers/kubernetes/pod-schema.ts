import { type Decoded, list, record } from '../document/index.ts';
import { fields, flag, id, int, word } from './fields.ts';

/*
 * The pod as far as it concerns isolation: k8s.io/api core/v1 types.go of Kubernetes 1.37, json names. `also` lists the fields
 * that do not; whatever is in neither list is reported.
 */
const seLinuxOptions = fields({ user: word, role: word, type: word, level: word }, { of: 'seLinuxOptions' });
const windowsOptions = fields(
  { hostProcess: flag },
  { of: 'windowsOptions', also: ['gmsaCredentialSpecName', 'gmsaCredentialSpec', 'runAsUserName'] },
);
const seccompProfile = fields({ type: word, localhostProfile: word }, { of: 'seccompProfile' });
const appArmorProfile = fields({ type: word, localhostProfile: word }, { of: 'appArmorProfile' });
const capabilities = fields({ add: list(word), drop: list(word) }, { of: 'capabilities' });

const sharedContext = {
  runAsUser: id,
  runAsGroup: id,
  runAsNonRoot: flag,
  seLinuxOptions,
  windowsOptions,
  seccompProfile,
  appArmorProfile,
} as const;

const CONTAINER_ONLY = 'move it to the securityContext of each container: at pod level Kubernetes drops it';
const POD_ONLY = 'move it to the pod’s securityContext (spec.securityContext): in a container Kubernetes drops it';

const podSecurityContext = fields(
  {
    ...sharedContext,
    supplementalGroups: list(id),
    supplementalGroupsPolicy: word,
    fsGroup: id,
    sysctls: list(fields({ name: word, value: word }, { of: 'a sysctl' })),
  },
  {
    of: 'the pod’s securityContext',
    also: ['fsGroupChangePolicy', 'seLinuxChangePolicy'],
    misplaced: Object.fromEntries(
      ['capabilities', 'privileged', 'allowPrivilegeEscalation', 'readOnlyRootFilesystem', 'procMount'].map((name) => [
        name,
        CONTAINER_ONLY,
      ]),
    ),
  },
);

const securityContext = fields(
  {
    ...sharedContext,
    capabilities,
    privileged: flag,
    allowPrivilegeEscalation: flag,
    readOnlyRootFilesystem: flag,
    procMount: word,
  },
  {
    of: 'the container’s securityContext',
    misplaced: Object.fromEntries(
      ['supplementalGroups', 'supplementalGroupsPolicy', 'fsGroup', 'sysctls'].map((name) => [name, POD_ONLY]),
    ),
  },
);

const IN_CONTEXT = 'move it into `securityContext:`; where it stands Kubernetes drops it';
const OF_POD = 'move it to the pod’s `spec:`; in a container Kubernetes drops it';
const contextFields = [
  'runAsUser',
  'runAsGroup',
  'runAsNonRoot',
  'seLinuxOptions',
  'seccompProfile',
  'appArmorProfile',
  'capabilities',
  'privileged',
  'allowPrivilegeEscalation',
  'readOnlyRootFilesystem',
  'procMount',
  'fsGroup',
  'supplementalGroups',
  'sysctls',
];
const misplacedContext = Object.fromEntries(contextFields.map((name) => [name, IN_CONTEXT]));

const action = fields(
  {
    exec: fields({ command: list(word) }, { of: 'exec' }),
    httpGet: netAction('httpGet'),
    tcpSocket: netAction('tcpSocket'),
  },
  {
    of: 'a probe or hook',
    also: [
      'grpc',
      'sleep',
      'initialDelaySeconds',
      'timeoutSeconds',
      'periodSeconds',
      'successThreshold',
      'failureThreshold',
      'terminationGracePeriodSeconds',
    ],
  },
);

function netAction(of: string) {
  return fields({ host: word }, { of, also: ['path', 'port', 'scheme', 'httpHeaders', 'protocol'] });
}

const volumeMount = fields(
  {
    name: word,
    mountPath: word,
    readOnly: flag,
    recursiveReadOnly: word,
    subPath: word,
    subPathExpr: word,
    mountPropagation: word,
  },
  { of: 'a volumeMount', also: ['bindMountOptions'] },
);

const reference = fields(
  { name: word, key: word },
  {
    of: 'a reference',
    also: ['optional', 'fieldPath', 'apiVersion', 'resource', 'containerName', 'divisor', 'volumeName', 'path'],
  },
);
const valueFrom = fields(
  {
    secretKeyRef: reference,
    configMapKeyRef: reference,
    fieldRef: reference,
    resourceFieldRef: reference,
    fileKeyRef: reference,
  },
  { of: 'valueFrom' },
);

const resources = fields({ limits: record(word) }, { of: 'resources', also: ['requests', 'claims'] });

const container = fields(
  {
    name: word,
    image: word,
    command: list(word),
    args: list(word),
    workingDir: word,
    ports: list(
      fields({ hostPort: int, containerPort: int, hostIP: word, protocol: word }, { of: 'a port', also: ['name'] }),
    ),
    env: list(fields({ name: word, value: word, valueFrom }, { of: 'an environment variable' })),
    resources,
    restartPolicy: word,
    volumeMounts: list(volumeMount),
    volumeDevices: list(fields({ name: word, devicePath: word }, { of: 'a volumeDevice' })),
    livenessProbe: action,
    readinessProbe: action,
    startupProbe: action,
    lifecycle: fields({ postStart: action, preStop: action }, { of: 'lifecycle', also: ['stopSignal'] }),
    imagePullPolicy: word,
    securityContext,
    tty: flag,
    targetContainerName: word,
  },
  {
    of: 'a container',
    also: [
      'envFrom',
      'resizePolicy',
      'restartPolicyRules',
      'terminationMessagePath',
      'terminationMessagePolicy',
      'stdin',
      'stdinOnce',
    ],
    misplaced: {
      ...misplacedContext,
      ...Object.fromEntries(
        ['hostPID', 'hostIPC', 'hostNetwork', 'hostUsers', 'volumes', 'shareProcessNamespace'].map((n) => [n, OF_POD]),
      ),
    },
  },
);

const projection = fields(
  {
    serviceAccountToken: fields(
      { audience: word, path: word },
      { of: 'serviceAccountToken', also: ['expirationSeconds', 'user'] },
    ),
  },
  { of: 'a projected source', also: ['secret', 'downwardAPI', 'configMap', 'clusterTrustBundle', 'podCertificate'] },
);

/** Volume sources that hold nothing but their kind for us; PSS restricted forbids most of them by name. */
const OTHER_VOLUME_SOURCES = [
  'gcePersistentDisk',
  'awsElasticBlockStore',
  'gitRepo',
  'iscsi',
  'glusterfs',
  'rbd',
  'flexVolume',
  'cinder',
  'cephfs',
  'flocker',
  'downwardAPI',
  'fc',
  'azureFile',
  'configMap',
  'vsphereVolume',
  'quobyte',
  'azureDisk',
  'photonPersistentDisk',
  'portworxVolume',
  'scaleIO',
  'storageos',
  'ephemeral',
] as const;

const volume = fields(
  {
    name: word,
    hostPath: fields({ path: word, type: word }, { of: 'hostPath' }),
    emptyDir: fields({ medium: word, sizeLimit: word }, { of: 'emptyDir', also: ['mode'] }),
    secret: fields({ secretName: word }, { of: 'secret', also: ['items', 'defaultMode', 'optional'] }),
    nfs: fields({ server: word, path: word, readOnly: flag }, { of: 'nfs' }),
    persistentVolumeClaim: fields({ claimName: word, readOnly: flag }, { of: 'persistentVolumeClaim' }),
    projected: fields({ sources: list(projection) }, { of: 'projected', also: ['defaultMode'] }),
    csi: fields(
      { driver: word, readOnly: flag },
      { of: 'csi', also: ['fsType', 'volumeAttributes', 'nodePublishSecretRef'] },
    ),
    image: fields({ reference: word, pullPolicy: word }, { of: 'an image volume' }),
  },
  { of: 'a volume', also: OTHER_VOLUME_SOURCES },
);

export const podSpec = fields(
  {
    volumes: list(volume),
    containers: list(container),
    initContainers: list(container),
    ephemeralContainers: list(container),
    restartPolicy: word,
    nodeSelector: record(word),
    serviceAccountName: word,
    serviceAccount: word,
    automountServiceAccountToken: flag,
    nodeName: word,
    hostNetwork: flag,
    hostPID: flag,
    hostIPC: flag,
    hostUsers: flag,
    shareProcessNamespace: flag,
    securityContext: podSecurityContext,
    tolerations: list(
      fields(
        { key: word, operator: word, value: word, effect: word },
        { of: 'a toleration', also: ['tolerationSeconds'] },
      ),
    ),
    runtimeClassName: word,
    os: fields({ name: word }, { of: 'os' }),
    resources,
  },
  {
    of: 'the pod spec',
    also: [
      'terminationGracePeriodSeconds',
      'activeDeadlineSeconds',
      'dnsPolicy',
      'imagePullSecrets',
      'hostname',
      'subdomain',
      'affinity',
      'schedulerName',
      'hostAliases',
      'priorityClassName',
      'priority',
      'dnsConfig',
      'readinessGates',
      'enableServiceLinks',
      'preemptionPolicy',
      'overhead',
      'topologySpreadConstraints',
      'setHostnameAsFQDN',
      'schedulingGates',
      'resourceClaims',
      'hostnameOverride',
      'workloadRef',
      'schedulingGroup',
      'evictionResponders',
    ],
    misplaced: misplacedContext,
  },
);

export type PodSpec = Decoded<typeof podSpec>;
export type Container = Decoded<typeof container>;
export type Volume = Decoded<typeof volume>;
export type VolumeMount = Decoded<typeof volumeMount>;
export type ContainerSecurityContext = Decoded<typeof securityContext>;
export type PodSecurityContext = Decoded<typeof podSecurityContext>;
export type Resources = Decoded<typeof resources>;
export type ProbeAction = Decoded<typeof action>;
