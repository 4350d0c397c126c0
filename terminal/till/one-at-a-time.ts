/** Does one thing after the other, whoever asks for it. */
export class OneAtATime {
  #last: Promise<unknown> = Promise.resolve();

  /** Begins when all that was asked for before is over. Rejects when `work` does. */
  run<T>(work: () => Promise<T>): Promise<T> {
    const result = this.#last.then(work);
    this.#last = result.catch(() => undefined);
    return result;
  }
}
