'use server';

import { z } from 'zod';
import { can } from '../../../../../auth/access.ts';
import { ActionRefused, staffAction } from '../../../../../auth/staff-action.ts';
import { messages } from '../../../../../messages/en.ts';
import { environment } from '../../../../../server/environment.ts';
import { getDelivery } from '../../../../../services/provider/federation.service.ts';
import { curlCommand } from './curl-command.ts';

/** A request of the log again, without its signature. */
export const curlAction = staffAction({
  name: 'delivery.curl',
  allows: (staff) => can(staff, 'federation'),
  input: z.strictObject({ id: z.string().max(320) }),
  run: async (staff, { id }) => {
    const detail = await getDelivery(staff, id);
    if (!detail) throw new ActionRefused('refused', messages.delivery.gone);
    return curlCommand(detail, environment().GATEWAY_URL ?? '$GATEWAY_URL');
  },
});
