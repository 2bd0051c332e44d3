import type { Because, SessionOptions } from '../../check/index.ts';
import { CofferdamError, Unknown } from '../../posture/index.ts';
import { openHost } from '../../prove/stage.ts';
import { embeddedOn, type GuestMachine, type OciConfig, type Runtime } from '../../runtimes/index.ts';
import { Comparer, type Comparison } from './compare.ts';

/** Guests of one kind: one that runs, and how to start another where it dies. */
export interface Guests {
  /** Their kernel, and what else a run on them is of. */
  readonly title: string;
  readonly first: GuestMachine;
  readonly another: () => Promise<GuestMachine>;
}

/** Where configurations are compared, one after the other. */
export interface Ground {
  /** Of the runtimes there. */
  readonly names: readonly string[];
  /** Ids of the vectors that a kernel can be asked, sorted. */
  readonly vectors: readonly string[];
  compare(config: OciConfig, runtime: string, only?: ReadonlySet<string>): Promise<Comparison>;
  /** The explanation tree of one vector over a configuration. */
  explain(config: OciConfig, vector: string): Promise<Because | undefined>;
  close(): Promise<void>;
}

/** This machine, with its runtimes. */
export async function thisGround(options: SessionOptions, runtimes: readonly Runtime[]): Promise<Ground> {
  const comparer = await Comparer.open(options);
  const byName = new Map(runtimes.map((runtime) => [runtime.name, runtime]));
  return {
    names: [...byName.keys()],
    vectors: comparer.vectors,
    compare: (config, name, only) => comparer.compare(config, byName.get(name) as Runtime, only),
    explain: (config, vector) => comparer.explain(config, vector),
    close: () => comparer.close(),
  };
}

/** A guest, with the embedded runtime. Where it dies another takes its place; what two of them do not survive counts as refused. */
export async function guestGround(options: SessionOptions, guests: Guests): Promise<Ground> {
  let place = await Place.on(guests.first, options);
  const renew = async (): Promise<void> => {
    await place.close();
    place = await Place.on(await guests.another(), options);
  };
  const { vectors } = place.comparer;
  return {
    names: [place.runtime.name],
    vectors,
    compare: async (config, _, only) => {
      const first = await place.compare(config, only);
      if (first !== DIED) return first;
      await renew();
      const second = await place.compare(config, only);
      if (second !== DIED) return second;
      await renew();
      return { kind: 'refused', why: 'the virtual machine does not survive it' };
    },
    explain: (config, vector) => place.comparer.explain(config, vector),
    close: () => place.close(),
  };
}

/** The machine no longer answers, or has no port left for another stub. */
const DIED = Symbol('died');

class Place {
  readonly comparer: Comparer;
  readonly runtime: Runtime;
  readonly #machine: GuestMachine;

  private constructor(machine: GuestMachine, comparer: Comparer) {
    this.#machine = machine;
    this.comparer = comparer;
    this.runtime = embeddedOn(machine);
  }

  static async on(machine: GuestMachine, options: SessionOptions): Promise<Place> {
    try {
      return new Place(machine, await Comparer.open(options, machine));
    } catch (error) {
      await machine.close();
      throw error;
    }
  }

  async compare(config: OciConfig, only?: ReadonlySet<string>): Promise<Comparison | typeof DIED> {
    try {
      const comparison = await this.comparer.compare(config, this.runtime, only);
      return comparison.kind === 'compared' || (await this.#serves()) ? comparison : DIED;
    } catch (error) {
      if (error instanceof CofferdamError) return DIED;
      throw error;
    }
  }

  /** Whether it would have borne a container that can be performed. */
  async #serves(): Promise<boolean> {
    try {
      const stub = await openHost(this.#machine);
      await stub.close();
      return !(this.#machine.files.text('/proc/uptime') instanceof Unknown);
    } catch (error) {
      if (error instanceof CofferdamError) return false;
      throw error;
    }
  }

  async close(): Promise<void> {
    await this.comparer.close();
    await this.#machine.close();
  }
}
