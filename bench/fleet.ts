/**
 * Kubernetes manifests as fleets have them: every object has a name, image, variable, limit and volume of its own; settings repeat,
 * about as often as the weights say. Deterministic: the same number gives the same manifest.
 */

interface Settings {
  readonly weight: number;
  readonly pod?: string;
  readonly container?: string;
}

/** Most state nothing or little, many the restricted standard, a few what agents of nodes need. */
const SETTINGS: readonly Settings[] = [
  { weight: 30 },
  {
    weight: 25,
    pod: 'runAsNonRoot: true, seccompProfile: {type: RuntimeDefault}',
    container: 'allowPrivilegeEscalation: false, capabilities: {drop: [ALL]}',
  },
  { weight: 10, container: 'runAsUser: 1000, runAsGroup: 1000, allowPrivilegeEscalation: false' },
  {
    weight: 8,
    pod: 'runAsNonRoot: true, runAsUser: 65532, fsGroup: 65532, seccompProfile: {type: RuntimeDefault}',
    container: 'allowPrivilegeEscalation: false, readOnlyRootFilesystem: true, capabilities: {drop: [ALL]}',
  },
  { weight: 6, container: 'readOnlyRootFilesystem: true' },
  { weight: 5, pod: 'runAsUser: 999, fsGroup: 999' },
  { weight: 5, container: 'capabilities: {drop: [ALL], add: [NET_BIND_SERVICE]}, allowPrivilegeEscalation: false' },
  { weight: 4, pod: 'seccompProfile: {type: RuntimeDefault}' },
  { weight: 3, container: 'capabilities: {add: [NET_ADMIN, NET_RAW]}' },
  { weight: 2, container: 'privileged: true' },
  { weight: 1, pod: 'seccompProfile: {type: Unconfined}', container: 'capabilities: {add: [SYS_ADMIN]}' },
  { weight: 1, container: 'capabilities: {add: [SYS_PTRACE]}, runAsUser: 0' },
];

const DROPPABLE = [
  'CHOWN',
  'DAC_OVERRIDE',
  'FOWNER',
  'FSETID',
  'KILL',
  'MKNOD',
  'NET_RAW',
  'SETGID',
  'SETPCAP',
  'SETUID',
];

/** Settings that no two numbers below ten thousand share: a user of its own, and one of a thousand sets of capabilities. */
function settingsOfItsOwn(number: number): Settings {
  const dropped = DROPPABLE.filter((_, bit) => (number >> bit) % 2 === 1);
  return {
    weight: 0,
    pod: 'seccompProfile: {type: RuntimeDefault}',
    container: `runAsUser: ${10_000 + number}, capabilities: {drop: [${dropped.join(', ')}]}`,
  };
}

function settingsOf(number: number): Settings {
  let rest = (number * 7919) % 100;
  for (const settings of SETTINGS) {
    rest -= settings.weight;
    if (rest < 0) return settings;
  }
  throw new Error('the weights do not add up to a hundred');
}

export type Repetition = 'as in a fleet' | 'no two alike';

export function manifestOf(number: number, repetition: Repetition): string {
  const { pod, container } = repetition === 'as in a fleet' ? settingsOf(number) : settingsOfItsOwn(number);
  const name = `app-${number}`;
  return `apiVersion: apps/v1
kind: Deployment
metadata:
  name: ${name}
  namespace: team-${number % 40}
  labels: {app: ${name}, release: r${number % 9}}
spec:
  replicas: ${1 + (number % 4)}
  selector: {matchLabels: {app: ${name}}}
  template:
    metadata: {labels: {app: ${name}}}
    spec:
      serviceAccountName: ${number % 3 === 0 ? 'default' : name}
${pod === undefined ? '' : `      securityContext: {${pod}}\n`}      containers:
      - name: main
        image: registry.example/team-${number % 40}/${name}:1.${number % 23}.${number % 7}
        ports: [{containerPort: ${8000 + (number % 90)}}]
        env:
        - {name: SERVICE_URL, value: "https://${name}.example/api"}
        - {name: APP_${number}_MODE, value: "${number % 5}"}
        resources: {limits: {memory: ${64 + (number % 61) * 8}Mi, cpu: ${100 + (number % 37) * 25}m}}
${container === undefined ? '' : `        securityContext: {${container}}\n`}        volumeMounts:
        - {name: settings, mountPath: /etc/${name}, readOnly: true}
        - {name: scratch, mountPath: /var/cache/${name}}
      volumes:
      - {name: settings, configMap: {name: ${name}}}
      - {name: scratch, emptyDir: {}}
`;
}
