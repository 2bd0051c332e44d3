import type { Phase } from '../lifecycle/index.ts';
import type { Goal, SubjectKindName } from '../vectors/index.ts';
import type { StrideLetter } from './document.ts';
import type { ElementKind } from './system-types.ts';

/**
 * The table of threats: for each element or crossing the letters of STRIDE that have a meaning there, each as one sentence about the
 * attacker's deed. Which vectors realise a row is selected by what they say of themselves: the kind of object that they ask about, goal,
 * phase, and the row's letter among theirs. A vector may realise several rows. `stride.test.ts` holds that none is without a vector
 * and no vector without a row.
 */
export interface ThreatPlace {
  readonly id: string;
  /** The other side of the crossing, as seen from the object; absent for a threat to the object itself. */
  readonly to?: ElementKind | 'home';
  /** As headings show it. */
  readonly name: string;
  readonly kinds: readonly SubjectKindName[];
  /** Any, where they are absent. */
  readonly goals?: readonly Goal[];
  readonly phases?: readonly Phase[];
  readonly titles: { readonly [L in StrideLetter]?: string };
}

export const THREATS: readonly ThreatPlace[] = [
  {
    id: 'container-kernel',
    to: 'kernel',
    name: 'container → kernel',
    kinds: ['workload'],
    goals: ['host-kernel'],
    titles: {
      S: 'Code in the container passes for another party before the kernel',
      T: 'Code in the container changes what the kernel runs or holds',
      I: 'Code in the container reads memory of the kernel',
      D: 'Code in the container stops the kernel or a part of it',
      E: 'Code in the container reaches kernel code through which it can become the kernel',
    },
  },
  {
    id: 'container-host',
    to: 'home',
    name: 'container → host',
    kinds: ['workload'],
    goals: ['host-root', 'host-data', 'host-service'],
    titles: {
      S: 'Code in the container passes for the host or its services',
      T: 'Code in the container changes files or services of the host',
      R: 'Code in the container hides its deeds from the logs of the host',
      I: 'Code in the container reads files or traffic of the host',
      D: 'Code in the container destroys or stops what the host needs',
      E: 'Code in the container becomes root on the host',
    },
  },
  {
    id: 'container-resources',
    to: 'home',
    name: 'container → resources of the host',
    kinds: ['workload'],
    goals: ['denial-of-service'],
    titles: {
      T: 'Code in the container changes limits and settings that others rely on',
      R: 'Code in the container falsifies times and process records',
      I: 'Code in the container learns what others use by competing for it',
      D: 'Code in the container uses up what others on the host need',
      E: 'Code in the container lifts the limits that were set for it',
    },
  },
  {
    id: 'container-knowledge',
    to: 'home',
    name: 'host → container (what it shows)',
    kinds: ['workload'],
    goals: ['information'],
    titles: {
      S: 'Code in the container forges the marks by which processes are told apart',
      T: 'Code in the container changes records that it should not even read',
      R: 'Code in the container clears records of the host',
      I: 'Code in the container learns of the host and its tenants',
      D: 'Code in the container slows the host down by watching it',
      E: 'Code in the container learns what a further attack needs',
    },
  },
  {
    id: 'container-neighbour',
    to: 'container',
    name: 'container → neighbours',
    kinds: ['workload'],
    goals: ['other-container'],
    titles: {
      S: 'Code in the container passes for a neighbour',
      T: 'Code in the container changes traffic, memory or data of a neighbour',
      I: 'Code in the container reads traffic, memory or data of a neighbour',
      D: 'Code in the container cuts a neighbour off',
      E: 'Code in the container runs as a neighbour',
    },
  },
  {
    id: 'container-secret',
    to: 'secret',
    name: 'container → credentials',
    kinds: ['workload', 'cluster'],
    goals: ['credential'],
    titles: {
      S: 'A stolen credential lets the attacker pass for its owner',
      T: 'Credentials are replaced',
      I: 'Credentials are read',
      D: 'Credentials are destroyed or locked',
      E: 'A credential gives rights that the container was not given',
    },
  },
  {
    id: 'container-api-server',
    to: 'api-server',
    name: 'container → API server',
    kinds: ['workload'],
    goals: [
      'cluster',
      'host-root',
      'other-container',
      'denial-of-service',
      'information',
      'host-service',
      'host-data',
      'host-kernel',
    ],
    phases: ['orchestrate'],
    titles: {
      S: 'Requests to the API server are made in the name of others',
      T: 'Objects of the cluster are changed',
      R: 'Traces in the cluster are deleted or avoided',
      I: 'Objects, logs or traffic of others are read through the API server or a kubelet',
      D: 'Objects and nodes of the cluster are destroyed or overloaded',
      E: 'Rights in the cluster grow beyond what was granted',
    },
  },
  {
    id: 'container-cluster',
    to: 'api-server',
    name: 'container → cluster',
    kinds: ['workload'],
    goals: ['cluster'],
    phases: ['create'],
    titles: {
      S: 'Code in the container passes for a part of the cluster',
      I: 'Code in the container reads state of the cluster',
      E: 'Code in the container takes rights in the cluster',
    },
  },
  {
    id: 'container-inside',
    name: 'inside the container',
    kinds: ['workload'],
    goals: ['privilege-in-container'],
    titles: {
      S: 'An intruder passes for another user or machine inside the container',
      T: 'An intruder changes programs, memory or time inside the container',
      R: 'An intruder leaves no trace in the container',
      E: 'An intruder becomes root in the container or keeps what he gained',
    },
  },
  {
    id: 'exec-container',
    to: 'engine',
    name: 'operator ↔ container (exec)',
    kinds: ['workload'],
    phases: ['exec'],
    titles: {
      T: 'The container changes what whoever enters it runs',
      E: 'The container gains the rights of whoever enters it',
    },
  },
  {
    id: 'registry-engine',
    to: 'registry',
    name: 'registry → host storage',
    kinds: ['workload', 'image', 'engine', 'cluster'],
    phases: ['distribute'],
    titles: {
      S: 'Another party serves the image under its name',
      T: 'The image is exchanged on its way',
      I: 'Images are read by those who may not',
    },
  },
  {
    id: 'image-build',
    to: 'builder',
    name: 'image and its build',
    kinds: ['image', 'workload'],
    phases: ['build', 'request'],
    titles: {
      S: 'The image passes for what it is not, or for somebody else',
      T: 'Parts of the image are exchanged while it is built, or its build changes the builder',
      I: 'The image or its environment carries credentials and files to whoever can read it',
      D: 'The container is set up so that its failure is not seen or harms others',
      E: 'The image gives an intruder more rights than its program needs',
    },
  },
  {
    id: 'engine',
    name: 'engine',
    kinds: ['engine'],
    titles: {
      S: 'Somebody passes for a client or a registry of the engine',
      T: 'The engine lets what it starts or stores be changed',
      R: 'The engine does not tell who did what',
      I: 'The engine lets containers or outsiders read what is not theirs',
      D: 'The engine lets one container stop the others',
      E: 'A client of the engine becomes root on the host',
    },
  },
  {
    id: 'host',
    name: 'host',
    kinds: ['host'],
    titles: {
      S: 'Somebody passes for a service or manager of the host',
      T: 'Files, devices or the kernel of the host can be changed',
      R: 'The host does not record what was done',
      I: 'The host tells secrets to those who should not have them',
      D: 'The host can be stopped from within a container',
      E: 'The host lets a process gain root or the kernel',
    },
  },
  {
    id: 'cluster-objects',
    name: 'cluster objects',
    kinds: ['cluster'],
    goals: [
      'cluster',
      'information',
      'other-container',
      'denial-of-service',
      'host-root',
      'host-service',
      'host-data',
      'host-kernel',
    ],
    titles: {
      S: 'The cluster serves requests of whoever asks',
      T: 'The cluster lets what it runs be changed',
      R: 'The cluster does not tell who did what',
      I: 'The cluster shows data to those who should not have them',
      D: 'The cluster lets one workload use up a node',
      E: 'The cluster grants more rights than meant',
    },
  },
  {
    id: 'volume-teardown',
    to: 'volume',
    name: 'old tenant → next tenant',
    kinds: ['workload', 'host', 'cluster'],
    phases: ['teardown'],
    titles: { I: 'Data outlive the container and are read by the next tenant' },
  },
];
