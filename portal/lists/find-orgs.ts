'use server';

import { z } from 'zod';
import { pages } from '../auth/access.ts';
import { staffAction } from '../auth/staff-action.ts';
import { findOrgs } from '../services/provider/orgs.service.ts';

const textMax = 128;

/** What the filter of organisations offers while somebody types; of a page that the member may see. */
export const findOrgsOf = staffAction({
  name: 'orgs.find',
  input: z.strictObject({
    page: z.enum(pages),
    text: z
      .string()
      .max(textMax)
      .regex(/^[^\0]*$/),
  }),
  run: (staff, { page, text }) => findOrgs(staff, page, text),
});
