import type { Context } from '@temporalio/activity';
import type { ActivityInterceptors } from '@temporalio/worker';
import type { Logger } from 'pino';
import { describeError, toFailure } from './failure.ts';

/** Every throw of an activity, local or not, becomes a failure that Temporal may show; what it was goes to our log. */
export function failureInterceptor(log: Logger): (context: Context) => ActivityInterceptors {
  return ({ info }) => ({
    inbound: {
      async execute(input, next) {
        try {
          return await next(input);
        } catch (error) {
          const failure = toFailure(error, info.isLocal ? 0 : info.attempt);
          log.warn(
            {
              activity: info.activityType,
              workflowId: info.workflowExecution?.workflowId,
              runId: info.workflowExecution?.runId,
              attempt: info.attempt,
              isLocal: info.isLocal,
              failure: failure.message,
              ...describeError(error),
            },
            'activity failed',
          );
          throw failure;
        }
      },
    },
  });
}
