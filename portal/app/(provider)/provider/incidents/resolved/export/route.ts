import { listFile } from '../../../../../../exports/list-file.ts';
import { resolvedList } from '../../../../../../services/provider/incidents-list.ts';
import { resolvedSource } from '../../../../../../services/provider/incidents-source.ts';
import { incidentFile } from '../../export-columns.ts';

export const { GET, POST } = listFile({
  page: 'incidents',
  name: 'incidents-resolved',
  list: resolvedList,
  source: () => resolvedSource,
  hasMeta: true,
  columns: incidentFile,
});
