import { exportRoute } from '../../../../../exports/export-route.ts';
import { incidentsList } from '../../../../../services/provider/incidents-list.ts';
import { incidentsSource } from '../../../../../services/provider/incidents-source.ts';
import { incidentFile } from '../export-columns.ts';

export const GET = exportRoute({
  page: 'incidents',
  name: 'incidents',
  list: incidentsList,
  source: () => incidentsSource,
  columns: incidentFile,
});
