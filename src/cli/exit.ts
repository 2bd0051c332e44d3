/** Exit codes of the command: scripts rely on them. */
export const EXIT = { done: 0, findings: 1, failed: 2, defect: 70 } as const;
