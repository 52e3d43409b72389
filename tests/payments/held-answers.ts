import { EventEmitter, once } from 'node:events';

export interface HeldAnswer {
  /** Settles once the answer is made. */
  readonly made: Promise<unknown>;
  release(): void;
}

/** Answers of a fake that are kept back, once they are made: what was asked for is done, and who asked does not know it. */
export function createHeldAnswers() {
  const held = new Map<string, EventEmitter>();
  return {
    /** The next answer on a route. */
    hold(route: string): HeldAnswer {
      const told = new EventEmitter();
      held.set(route, told);
      return { made: once(told, 'made'), release: () => void told.emit('released') };
    },
    async passed(route: string): Promise<void> {
      const told = held.get(route);
      if (!told) return;
      held.delete(route);
      const released = once(told, 'released');
      told.emit('made');
      await released;
    },
  };
}
