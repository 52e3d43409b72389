'use server';

import { z } from 'zod';
import { escalationLevelMax, incidentCauses, resolutionNoteMax } from '#domain/billing/incident-orders';
import { Picked } from '../../../../actions/picked.ts';
import { can } from '../../../../auth/access.ts';
import { staffAction } from '../../../../auth/staff-action.ts';
import type { Staff } from '../../../../auth/session.ts';
import {
  acknowledgeIncident,
  assignIncident,
  escalateIncident,
  handleIncidents,
  resolveIncident,
} from '../../../../services/provider/incident-orders.ts';

const allows = (staff: Staff) => can(staff, 'incidents', 'write');
const reason = z.string().trim().max(500);
const Told = z.strictObject({
  row: z.string().min(1).max(320),
  revisionSeen: z.int().min(1).optional(),
  reason,
  id: z.uuid(),
});
const assignee = z.uuid().nullable();

export const setAcknowledged = staffAction({
  name: 'incidents.acknowledge',
  allows,
  input: Told.extend({ isWithdrawn: z.boolean() }),
  run: acknowledgeIncident,
});

export const setAssignee = staffAction({
  name: 'incidents.assign',
  allows,
  input: Told.extend({ assignee }),
  run: assignIncident,
});

export const setLevel = staffAction({
  name: 'incidents.escalate',
  allows,
  input: Told.extend({ level: z.int().min(1).max(escalationLevelMax), reason: reason.min(1) }),
  run: escalateIncident,
});

export const setResolved = staffAction({
  name: 'incidents.resolve',
  allows,
  input: Told.extend({ cause: z.enum(incidentCauses), note: z.string().trim().max(resolutionNoteMax) }),
  run: resolveIncident,
});

export const handleMany = staffAction({
  name: 'incidents.handle_many',
  allows,
  input: z.strictObject({ picked: Picked, assignee: assignee.optional(), reason: reason.min(1), id: z.uuid() }),
  run: handleIncidents,
});
