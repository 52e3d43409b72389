import { EmptyAction } from '../empty-state.tsx';
import { messages } from '../../messages/en.ts';
import { paths } from '../../paths.ts';
import type { Links } from './list-view.ts';

/** What an organisation sends comes with a key: whoever may open the keys is led there. */
export function OpenKeys({ links }: { readonly links: Pick<Links, 'log'> }) {
  return links.log && <EmptyAction href={paths.federation} label={messages.lists.openKeys} />;
}
