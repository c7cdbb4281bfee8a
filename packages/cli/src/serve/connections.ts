/**
 * The connections of a server. There is room for so many; one that waits for nothing gives way to a new one, of the
 * address that has the most. And when the server ends, those that have asked for nothing yet end at once.
 */

import type { IncomingMessage, Server } from 'node:http';
import type { Socket } from 'node:net';

/** What can be done with a server's connections. */
export interface Connections {
  /** Ends every connection that has no whole request under way; new ones too, from now on. */
  closeIdle(): void;
  /** Ends all of them. */
  closeAll(): void;
}

/** One connection. */
interface Connection {
  readonly address: string;
  /** Requests that have come, wholly or in part, and are not answered. */
  readonly requests: Set<IncomingMessage>;
}

/** Watches a server's connections. @param most connections at once */
export function watchConnections(server: Server, most: number): Connections {
  const connections = new Map<Socket, Connection>(); // the oldest first
  let isClosing = false;

  server.on('connection', (socket: Socket) => {
    if (connections.size >= most && !makeRoom()) return void socket.destroy();
    const address = socket.remoteAddress ?? '';
    connections.set(socket, { address, requests: new Set() });
    socket.once('close', () => connections.delete(socket));
    if (isClosing) socket.destroy();
  });
  server.on('request', (request, response) => {
    const connection = connections.get(request.socket);
    connection?.requests.add(request);
    response.once('close', () => {
      connection?.requests.delete(request);
      if (isClosing && connection !== undefined && isIdle(connection)) request.socket.end();
    });
  });

  /** Ends the oldest idle connection of the address with the most of them. */
  function makeRoom(): boolean {
    const idle = [...connections].filter(([, connection]) => isIdle(connection));
    const counts = new Map<string, number>();
    for (const [, { address }] of idle) counts.set(address, (counts.get(address) ?? 0) + 1);
    const largest = Math.max(...counts.values());
    const victim = idle.find(([, { address }]) => counts.get(address) === largest);
    if (victim === undefined) return false;
    connections.delete(victim[0]);
    victim[0].destroy();
    return true;
  }

  return {
    closeIdle() {
      isClosing = true;
      for (const [socket, connection] of connections) if (isIdle(connection)) socket.destroy();
    },
    closeAll() {
      isClosing = true;
      for (const socket of connections.keys()) socket.destroy();
    },
  };
}

/** Whether nothing that came wholly waits for its answer. */
const isIdle = ({ requests }: Connection): boolean =>
  [...requests].every((request) => !request.complete);
