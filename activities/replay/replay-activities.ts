/** Names a replay of many events. */
export interface ReplayName {
  readonly runId: string;
}

export interface ReplayStep {
  /** Nothing is left to do, or staff want no more of it. */
  readonly isOver: boolean;
}

/** What runs of replays may ask for. Only JSON crosses, and nothing of what the events say. */
export interface ReplayActivities {
  planReplayPage(run: ReplayName): Promise<ReplayStep>;
  replayPage(run: ReplayName): Promise<ReplayStep>;
  /** How many of the ordered events still wait for their verdict. */
  settleReplay(run: ReplayName): Promise<number>;
  closeReplay(run: ReplayName, isStopped: boolean): Promise<string>;
}
