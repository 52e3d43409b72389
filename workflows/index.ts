// The list of workflows: the bundle is made from here.
export { handleEvent } from './handle-event.ts';
export { handleEvents } from './handle-events.ts';
