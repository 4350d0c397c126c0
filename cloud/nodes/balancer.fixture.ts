import { once } from 'node:events';
import { connect, createServer, type Server, type Socket } from 'node:net';

/** One address for several ports: each connection goes to the next that takes it, TLS unopened. */
export class Balancer {
  readonly port: number;
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();
  /** How many connections each port took. */
  readonly taken = new Map<number, number>();

  constructor(server: Server, ports: readonly number[], port: number) {
    this.port = port;
    this.#server = server;
    let turn = 0;
    server.on('connection', (socket) => void this.#lead(socket, ports, turn++));
  }

  static async open(ports: readonly number[]): Promise<Balancer> {
    const server = createServer({ pauseOnConnect: true }).listen(0, '127.0.0.1');
    await once(server, 'listening');
    const address = server.address();
    if (typeof address !== 'object' || !address) throw new Error('no port');
    return new Balancer(server, ports, address.port);
  }

  async close(): Promise<void> {
    this.#server.close();
    for (const socket of this.#sockets) socket.destroy();
  }

  async #lead(socket: Socket, ports: readonly number[], turn: number): Promise<void> {
    this.#keep(socket);
    for (let i = 0; i < ports.length; i++) {
      const port = ports[(turn + i) % ports.length] ?? 0;
      const node = connect(port, '127.0.0.1');
      this.#keep(node);
      const takes = await new Promise<boolean>((resolve) => {
        node.once('connect', () => resolve(true));
        node.once('close', () => resolve(false));
      });
      if (!takes) continue;
      this.taken.set(port, (this.taken.get(port) ?? 0) + 1);
      node.once('close', () => socket.destroy());
      socket.once('close', () => node.destroy());
      socket.pipe(node).pipe(socket);
      return;
    }
    socket.destroy();
  }

  #keep(socket: Socket): void {
    this.#sockets.add(socket);
    socket.on('error', () => undefined);
    socket.once('close', () => this.#sockets.delete(socket));
  }
}
