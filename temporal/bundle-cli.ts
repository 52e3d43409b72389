import { DefaultLogger } from '@temporalio/worker';
import { buildWorkflowBundle } from './bundle.ts';

// For images and the first start: workers find it and need no bundler.
console.log(await buildWorkflowBundle(new DefaultLogger('WARN')));
