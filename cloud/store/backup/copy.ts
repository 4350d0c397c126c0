import { once } from 'node:events';
import { Readable } from 'node:stream';
import type pg from 'pg';

/** What of `pg`'s connection a COPY needs; its types leave most of it out. */
interface CopyConnection {
  readonly stream: NodeJS.ReadWriteStream & { readonly writableNeedDrain: boolean };
  query(text: string): void;
  sendCopyFromChunk(chunk: Uint8Array): void;
  endCopyFrom(): void;
  sendCopyFail(reason: string): void;
}

const BLOCK_BYTES = 64 * 1024;

/**
 * Runs `COPY … TO STDOUT` on this connection: the bytes of all rows, read no faster than they are
 * taken, and once they ended how many rows they were. The stream fails with what the database said.
 * Source: PostgreSQL 18, 54.2.5.
 */
export function copyOut(
  client: pg.Client,
  statement: string,
): { readonly bytes: Readable; rows(): number } {
  const query = new CopyOut(statement);
  client.query(query);
  return { bytes: query.bytes, rows: () => query.rows };
}

/**
 * Runs `COPY … FROM STDIN` on this connection with these bytes, sent no faster than the database
 * takes them; how many rows it took. Rejects with what the database said, or `bytes` threw: nothing
 * was taken then.
 */
export function copyIn(
  client: pg.Client,
  statement: string,
  bytes: AsyncIterable<Uint8Array>,
): Promise<number> {
  return new Promise((resolve, reject) => {
    client.query(new CopyIn(statement, bytes, resolve, reject));
  });
}

/** `pg` calls these on the query at hand, by their names. */
abstract class Copy {
  rows = 0;
  protected readonly statement: string;

  constructor(statement: string) {
    this.statement = statement;
  }

  submit(connection: unknown): void {
    (connection as CopyConnection).query(this.statement);
  }

  handleCommandComplete({ text }: { readonly text: string }): void {
    this.rows = Number(/^COPY (\d+)$/.exec(text)?.[1]);
  }

  handleRowDescription(): void {}

  abstract handleError(error: Error): void;
  abstract handleReadyForQuery(): void;
}

class CopyOut extends Copy {
  readonly bytes = new Readable({
    highWaterMark: 4 * BLOCK_BYTES,
    read: () => void this.#connection?.stream.resume(),
  });
  #connection: CopyConnection | undefined;
  #block = Buffer.allocUnsafe(BLOCK_BYTES);
  #filled = 0;

  /** A row; it is copied, since its buffer is used again. */
  handleCopyData({ chunk }: { readonly chunk: Buffer }, connection: CopyConnection): void {
    this.#connection = connection;
    if (this.#filled + chunk.length > this.#block.length) {
      this.#flush();
      this.#block = Buffer.allocUnsafe(Math.max(BLOCK_BYTES, chunk.length));
    }
    this.#filled += chunk.copy(this.#block, this.#filled);
  }

  override handleError(error: Error): void {
    this.bytes.destroy(error);
  }

  override handleReadyForQuery(): void {
    this.#flush();
    this.bytes.push(null);
  }

  #flush(): void {
    if (this.#filled === 0) return;
    const takesMore = this.bytes.push(this.#block.subarray(0, this.#filled));
    this.#filled = 0;
    if (!takesMore) this.#connection?.stream.pause();
  }
}

class CopyIn extends Copy {
  readonly #bytes: AsyncIterable<Uint8Array>;
  readonly #resolve: (rows: number) => void;
  readonly #reject: (cause: unknown) => void;
  #hasEnded = false;
  #cause: unknown;

  constructor(
    statement: string,
    bytes: AsyncIterable<Uint8Array>,
    resolve: (rows: number) => void,
    reject: (cause: unknown) => void,
  ) {
    super(statement);
    this.#bytes = bytes;
    this.#resolve = resolve;
    this.#reject = reject;
  }

  handleCopyInResponse(connection: CopyConnection): void {
    void this.#send(connection);
  }

  async #send(connection: CopyConnection): Promise<void> {
    try {
      for await (const chunk of this.#bytes) {
        if (this.#hasEnded) return;
        connection.sendCopyFromChunk(chunk);
        if (connection.stream.writableNeedDrain) await once(connection.stream, 'drain');
      }
      if (!this.#hasEnded) connection.endCopyFrom();
    } catch (cause) {
      this.#cause = cause;
      if (!this.#hasEnded) connection.sendCopyFail('there is no more');
    }
  }

  /** A connection that was lost says no more than this. */
  override handleError(error: Error): void {
    this.#hasEnded = true;
    this.#reject(this.#cause ?? error);
  }

  override handleReadyForQuery(): void {
    this.#hasEnded = true;
    this.#resolve(this.rows);
  }
}
