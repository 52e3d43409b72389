import type { IncomingMessage } from 'node:http';

const lingerMs = 250;

/**
 * Nothing more of the body is read, and the connection ends with the answer. Destroying it while the sender still writes
 * would reset it, and the answer could be lost on the way; so our side is closed, and the rest a moment later.
 */
export function lingerOnClose({ socket }: IncomingMessage): void {
  socket.destroySoon = () => {
    socket.end();
    setTimeout(() => socket.destroy(), lingerMs).unref();
  };
}
