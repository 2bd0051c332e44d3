/** What the canary reaches for. */
export interface Command {
  readonly name: string;
}
