'use server';

import { z } from 'zod';
import { jobNames } from '#domain/jobs';
import { can } from '../../../../../auth/access.ts';
import { staffAction } from '../../../../../auth/staff-action.ts';
import { runJob } from '../../../../../services/provider/job-orders.ts';

export const startJob = staffAction({
  name: 'jobs.start',
  allows: (staff) => can(staff, 'dev-aids', 'write'),
  input: z.strictObject({
    job: z.enum(jobNames),
    slot: z.string().max(16).optional(),
    reason: z.string().trim().min(1).max(500),
  }),
  run: runJob,
});
