// The list of workflows: the bundle is made from here.
export { handleEvent } from './handle-event.ts';
export { handleEvents } from './handle-events.ts';
export { nightlyRating } from './nightly-rating.ts';
export { dunning } from './dunning.ts';
export { monthlyRollup } from './monthly-rollup.ts';
export { metrics } from './metrics.ts';
export { invariants } from './invariants.ts';
export { providerEvent } from './provider-event.ts';
export { staffCommand } from './staff-command.ts';
export { bulkReplay, planReplay } from './replay.ts';
