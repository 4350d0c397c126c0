/** Which terminals are connected to this host now, and when each was last heard. */
export class Presence {
  readonly #connections = new Map<string, number>();
  readonly #heardAt = new Map<string, Date>();

  /** It connected; the returned function says that the connection ended. */
  connected(terminalId: string): () => void {
    this.#add(terminalId, 1);
    return () => this.#add(terminalId, -1);
  }

  /** A message of it came, whatever became of it. */
  heard(terminalId: string, at: Date): void {
    this.#heardAt.set(terminalId, at);
  }

  isConnected(terminalId: string): boolean {
    return this.#connections.has(terminalId);
  }

  /** `undefined` when this host has not heard it since it started. */
  heardAt(terminalId: string): Date | undefined {
    return this.#heardAt.get(terminalId);
  }

  #add(terminalId: string, more: number): void {
    const connections = (this.#connections.get(terminalId) ?? 0) + more;
    if (connections === 0) this.#connections.delete(terminalId);
    else this.#connections.set(terminalId, connections);
  }
}
