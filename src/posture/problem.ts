import type { Place } from './source.ts';

/**
 * The one error type: something the user can act on. `message` says what failed with which value, `hint` what to do next.
 * Thrown where work cannot go on, collected where it can. Anything else that is thrown is a defect of ours (exit 70).
 */
export class CofferdamError extends Error {
  /** Stable, kebab-case: `yaml-syntax`, `unreadable`, `unknown-key`. */
  readonly code: string;
  readonly hint: string;
  readonly at: Partial<Place>;

  constructor(code: string, message: string, hint: string, at: Partial<Place> = {}) {
    super(message);
    this.name = 'CofferdamError';
    this.code = code;
    this.hint = hint;
    this.at = at;
  }
}
