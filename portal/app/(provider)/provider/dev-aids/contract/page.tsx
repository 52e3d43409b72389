import type { Metadata } from 'next';
import { requireAccess } from '../../../../../auth/current-staff.ts';
import { EmptyState } from '../../../../../components/empty-state.tsx';
import { PageHead } from '../../../../../components/page-head.tsx';
import { LineDiff } from '../../../../../components/panel/line-diff.tsx';
import { SectionBoundary } from '../../../../../components/section-error.tsx';
import { formatCount } from '../../../../../format/numbers.ts';
import { contract } from '../../../../../messages/en-dev-aids.ts';
import { readPreferences } from '../../../../../preferences/read-preferences.ts';
import { now } from '../../../../../server/now.ts';
import { readContract } from '../../../../../services/provider/contract.service.ts';
import type { ContractState } from '../../../../../services/provider/contract.service.ts';
import { DevAidsTabs } from '../tabs.tsx';

export const metadata: Metadata = { title: contract.title };

export default async function Contract() {
  const staff = await requireAccess('dev-aids');
  const [told, { zone }] = await Promise.all([readContract(staff), readPreferences()]);
  return (
    <>
      <PageHead title={contract.title} purpose={contract.purpose} through={{ at: now(), zone }} />
      <DevAidsTabs current="contract" />
      <SectionBoundary label={contract.title}>
        <section aria-label={contract.difference} className="card">
          <Difference told={told} />
        </section>
      </SectionBoundary>
    </>
  );
}

function Difference({ told }: { readonly told: ContractState }) {
  if (told.state === 'unset') return <EmptyState title={contract.unset} text={contract.unsetText} />;
  if (told.state === 'unreachable')
    return <EmptyState title={contract.unreachable} text={contract.unreachableText(told.url)} />;
  if (told.committed === told.running)
    return <EmptyState title={contract.same} text={contract.sameText(told.url, formatCount(linesOf(told.running)))} />;
  return (
    <div className="flex flex-col gap-3 p-4">
      <h2 className="text-card">{contract.differs}</h2>
      <LineDiff
        label={contract.difference}
        before={told.committed}
        after={told.running}
        folded={(count) => contract.lines(formatCount(count))}
      />
    </div>
  );
}

function linesOf(text: string): number {
  return text.split('\n').length - 1;
}
