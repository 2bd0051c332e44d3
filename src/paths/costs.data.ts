/**
 * What a step costs an attacker, by what must fail. Only the order and the distances matter: 1 is one thing that is configured so.
 * `cofferdam.yaml` may set any of them (`paths: { costs: { application-flaw: 15 } }`). docs/threat-model.md says how they are set.
 */
export const COSTS = {
  /** What the system grants to whoever is there: nothing must fail. */
  given: 0,
  /** A vector that is open: the configuration lets it happen. */
  misconfiguration: 1,
  /** A vector of which nobody said enough: it may turn out open. */
  unknown: 3,
  /** A known vulnerability that applies to the release in use. */
  'known-vulnerability': 4,
  /** Somebody on the other side must do something: log in, run the file, open the terminal. */
  'user-action': 5,
  /** A flaw in the program inside a container that lets others run code there. */
  'application-flaw': 10,
  /** The least that a new flaw in kernel, runtime, engine, orchestrator or hypervisor costs, however often there are some. */
  'flaw-least': 20,
  /** For each year that, by history, one waits for the next flaw that would serve on this posture. */
  'flaw-year': 10,
  /** The most that such a flaw costs; also where history has none. */
  'flaw-most': 100,
  /** Each further mechanism that must fail beside the first. */
  'further-mechanism': 5,
} as const;

export type CostName = keyof typeof COSTS;
export type Costs = Readonly<Record<CostName, number>>;
