import type { EventRef } from '#domain/ids';
import type { EpochMs } from '#domain/instants';

export interface EventEngine {
  drive(ref: EventRef): void;
  waitForDecision(ref: EventRef, deadline: EpochMs): Promise<'applied' | 'rejected' | undefined>;
  isBacklogFull(): boolean;
  status(): object;
  close(): Promise<void>;
}
