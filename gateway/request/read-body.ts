import type { IncomingMessage, ServerResponse } from 'node:http';

export type BodyFailure = 'too-large' | 'no-memory' | 'aborted';
export type BodyRead =
  | { readonly ok: true; readonly bytes: Buffer }
  | { readonly ok: false; readonly failure: BodyFailure };

/** Bytes of bodies that this process holds, all requests together. */
export interface BodyMemory {
  /** For a body on its way from there; `giveWay` is called when another needs its room. */
  begin(address: string, giveWay: () => void): ArrivingBody;
  give(bytes: number): void;
  held(): number;
}

export interface ArrivingBody {
  /** False: there is no room, or none for its address. */
  take(bytes: number): boolean;
  /** It is on its way no more, and gives way to nobody. */
  ended(): void;
}

const empty = Buffer.alloc(0);

/**
 * Reads the raw bytes once, counting: what is over the limit is refused while it comes, and nothing of it is drained.
 * Bytes taken from `memory` are the caller's to give back.
 */
export function readBody(
  incoming: IncomingMessage,
  outgoing: ServerResponse,
  limit: number,
  memory: BodyMemory,
  address: string,
): Promise<BodyRead> {
  const declared = incoming.headers['content-length'];
  if (declared !== undefined && Number(declared) > limit) return Promise.resolve({ ok: false, failure: 'too-large' });
  if (isWithoutBody(incoming)) return Promise.resolve({ ok: true, bytes: empty });
  if (expectsContinue(incoming)) outgoing.writeContinue();
  return new Promise((resolve) => {
    const chunks: Buffer[] = [];
    let length = 0;
    const finish = (result: BodyRead) => {
      incoming.off('data', onData).off('end', onEnd).off('close', onClose).off('error', onClose);
      arriving.ended();
      if (!result.ok) memory.give(length);
      resolve(result);
    };
    const giveUp = (failure: BodyFailure) => {
      incoming.pause();
      finish({ ok: false, failure });
    };
    const onData = (chunk: Buffer) => {
      if (length + chunk.length > limit) return giveUp('too-large');
      if (!arriving.take(chunk.length)) return giveUp('no-memory');
      length += chunk.length;
      chunks.push(chunk);
    };
    const onEnd = () => finish({ ok: true, bytes: onlyOf(chunks) ?? Buffer.concat(chunks, length) });
    const onClose = () => finish({ ok: false, failure: 'aborted' });
    const arriving = memory.begin(address, () => giveUp('no-memory'));
    incoming.on('data', onData).on('end', onEnd).on('close', onClose).on('error', onClose);
  });
}

/** True when nothing follows the headers. */
export function isWithoutBody(incoming: IncomingMessage): boolean {
  const { 'content-length': length, 'transfer-encoding': encoding } = incoming.headers;
  return encoding === undefined && (length === undefined || Number(length) === 0);
}

export function expectsContinue(incoming: IncomingMessage): boolean {
  return incoming.headers.expect !== undefined;
}

function onlyOf(chunks: readonly Buffer[]): Buffer | undefined {
  return chunks.length === 1 ? chunks[0] : undefined;
}
