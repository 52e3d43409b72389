import { DefaultLogger } from '@temporalio/worker';
import { workflowBundle } from './bundle.ts';

// For images and the first start: workers find it and need no bundler.
console.log(await workflowBundle(new DefaultLogger('WARN')));
