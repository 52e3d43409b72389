import { exportRoute } from '../../../../../../exports/export-route.ts';
import { resolvedList } from '../../../../../../services/provider/incidents-list.ts';
import { resolvedSource } from '../../../../../../services/provider/incidents-source.ts';
import { incidentFile } from '../../export-columns.ts';

export const GET = exportRoute({
  page: 'incidents',
  name: 'incidents-resolved',
  list: resolvedList,
  source: () => resolvedSource,
  hasMeta: true,
  columns: incidentFile,
});
