import { listFile } from '../../../../../exports/list-file.ts';
import { incidentsList } from '../../../../../services/provider/incidents-list.ts';
import { incidentsSource } from '../../../../../services/provider/incidents-source.ts';
import { incidentFile } from '../export-columns.ts';

const file = {
  page: 'incidents',
  name: 'incidents',
  list: incidentsList,
  source: () => incidentsSource,
  hasMeta: true,
  columns: incidentFile,
} as const;

export const { GET, POST } = listFile(file);
