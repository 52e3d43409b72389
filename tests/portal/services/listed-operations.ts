import { alertKpis } from '#portal/app/(provider)/provider/ai/alerts/kpis';
import { aiKpis } from '#portal/app/(provider)/provider/ai/kpis';
import { evaluationKpis } from '#portal/app/(provider)/provider/dev-aids/kpis';
import { incidentKpis } from '#portal/app/(provider)/provider/incidents/kpis';
import { paths } from '#portal/paths';
import { aiAlertsList, aiList } from '#portal/services/provider/ai-list';
import { getAiAlert, listAiAlerts, summarizeAiAlerts } from '#portal/services/provider/ai-alerts.service';
import { summarizeAi } from '#portal/services/provider/ai-figures.service';
import { getAiUse, listAiUses } from '#portal/services/provider/ai.service';
import { presetWindow } from '#portal/lists/windows';
import { getEvaluation } from '#portal/services/provider/evaluation-detail';
import { evaluationsList } from '#portal/services/provider/evaluations-list';
import { listEvaluations, summarizeEvaluations } from '#portal/services/provider/evaluations.service';
import { incidentsList, resolvedList } from '#portal/services/provider/incidents-list';
import {
  getIncident,
  getResolved,
  listIncidents,
  listResolved,
  summarizeIncidents,
} from '#portal/services/provider/incidents.service';
import { dana } from '../seed/entities.ts';
import { listed, ordered } from './listing.ts';
import type { Listed } from './listing.ts';

const aiAlertKey = "org_id || ':' || (extract(epoch from fired_at) * 1000)::bigint || ':' || level";

/** Lists of operations: incidents, AI and evaluations. */
export const operationsLists: readonly Listed[] = [
  listed({
    name: 'incidents',
    path: paths.incidents,
    list: incidentsList,
    read: listIncidents,
    get: getIncident,
    summarize: summarizeIncidents,
    kpis: incidentKpis,
    // Whose target has passed, and whose they are, is looked for among what is open, of which there is little.
    plannedApart: ['breaching,running', 'none'],
    oracle: (where, way) => ordered('incident', 'created_at', 'id')(`status <> 'resolved' and (${where})`, way),
    filters: [
      [
        { state: 'open,escalated' },
        "status in ('open', 'escalated') and (status = 'escalated' or acknowledged_at is null)",
      ],
      [{ state: 'acknowledged', org: 'org-0' }, "status = 'open' and acknowledged_at is not null and org_id = 'org-0'"],
      [{ severity: 'critical' }, "severity = 'critical'"],
      [{ assignee: `none,${dana}` }, `assignee is null or assignee = '${dana}'`],
      [
        { sla: 'breaching,running' },
        "resolution_due_at < '2026-11-24T14:06:12Z' or resolution_due_at >= '2026-11-24T15:06:12Z'",
      ],
    ],
    add: `insert into incident (org_id, id, status, created_at, version) values ('org-1', 'later', 'open', now() + interval '99 days', 1)`,
  }),
  listed({
    name: 'resolved incidents',
    path: paths.incidentsResolved,
    list: resolvedList,
    read: listResolved,
    get: getResolved,
    summarize: summarizeIncidents,
    kpis: incidentKpis,
    plannedApart: ['missed,met', 'none'],
    oracle: (where, way) => ordered('incident', 'resolved_at', 'id')(`status = 'resolved' and (${where})`, way),
    filters: [
      [{ sla: 'missed' }, 'resolved_at > resolution_due_at'],
      [{ sla: 'missed,met', severity: 'low' }, "severity = 'low'"],
      [{ assignee: 'none' }, 'assignee is null'],
    ],
    add: `insert into incident (org_id, id, status, created_at, resolved_at, version)
      values ('org-1', 'later-resolved', 'resolved', now(), now() + interval '99 days', 1)`,
  }),
  listed({
    name: 'ai',
    path: paths.ai,
    list: aiList,
    read: listAiUses,
    get: getAiUse,
    summarize: (staff, query, window) =>
      summarizeAi(staff, query, window, presetWindow('mtd', Date.parse(process.env['FIXED_NOW'] ?? ''), 'UTC')),
    kpis: aiKpis,
    oracle: ordered('ai_usage_event', 'used_at', 'id'),
    filters: [
      [{ feature: 'pricing,rfp_strategy' }, "feature in ('pricing', 'rfp_strategy')"],
      [{ cap: 'over' }, 'is_over_cap'],
      [{ model: 'model-2' }, "model = 'model-2'"],
      [{ alert: '90' }, "org_id in ('org-1', 'org-3')"],
    ],
    add: `insert into ai_usage_event (org_id, id, feature, credits, used_at, version) values ('org-1', 'later', 'pricing', 1, now() + interval '99 days', 1)`,
  }),
  listed({
    name: 'ai alerts',
    path: paths.aiAlerts,
    list: aiAlertsList,
    read: listAiAlerts,
    get: getAiAlert,
    summarize: summarizeAiAlerts,
    kpis: alertKpis,
    oracle: ordered('ai_alert', 'fired_at', 'level', aiAlertKey),
    filters: [
      [{ org: 'org-1' }, "org_id = 'org-1'"],
      [{ level: '90' }, 'level = 90'],
      [{ state: 'open' }, 'acknowledged_at is null'],
      [{ state: 'acknowledged,muted' }, 'acknowledged_at is not null'],
      [{ month: 'running' }, "month = '2026-11-01'"],
      [{ q: 'org-3' }, "org_id = 'org-3'"],
    ],
    add: `insert into ai_alert (org_id, month, level, fired_at) values ('org-1', '2030-01-01', 75, now() + interval '99 days')`,
  }),
  listed({
    name: 'evaluations',
    path: paths.devAids,
    list: evaluationsList,
    read: listEvaluations,
    get: getEvaluation,
    summarize: summarizeEvaluations,
    kpis: evaluationKpis,
    // Runs are few: what is newest of its line is looked up run by run, and filters of several columns share an index.
    plannedApart: ['newest', 'c1', 'answers,rare'],
    oracle: ordered('evaluation_run', 'completed_at', 'id'),
    filters: [
      [{ status: 'failing' }, 'failed > 0'],
      [{ suite: 'answers,rare', status: 'failing' }, "suite in ('answers', 'rare') and failed > 0"],
      [{ branch: 'main', status: 'passing,failing' }, "meta ->> 'branch' = 'main'"],
      [{ model: 'model-1' }, "model = 'model-1'"],
      [{ commit: 'c1' }, "commit like 'c1%'"],
      [
        { place: 'newest' },
        'not exists (select from evaluation_run n where n.org_id = t.org_id and n.suite = t.suite and n.branch = t.branch and (n.completed_at, n.id) > (t.completed_at, t.id))',
      ],
    ],
    add: `insert into evaluation_run (org_id, id, suite, passed, failed, completed_at, version) values ('org-1', 'later', 'answers', 1, 0, now() + interval '99 days', 1)`,
  }),
];
