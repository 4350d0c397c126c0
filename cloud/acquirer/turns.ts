/**
 * Makes work of the same name wait for each other, in the order it came; other names go on. The
 * messages of one terminal touch the same rows: at once they would only undo each other's
 * transactions. It is no lock: the database decides what is booked.
 */
export class Turns {
  readonly #last = new Map<string, Promise<void>>();

  /** Runs `work` when its turn comes. `work` must not reject. */
  take(name: string, work: () => Promise<void>): Promise<void> {
    const turn = (this.#last.get(name) ?? Promise.resolve()).then(work);
    this.#last.set(name, turn);
    return turn.finally(() => {
      if (this.#last.get(name) === turn) this.#last.delete(name);
    });
  }
}
