import type { Folded } from '#domain/fold';
import type { EvaluationState } from '#domain/folds/evaluation';
import type { EntityKey } from '../entity-key.ts';
import { instantText } from '../instant-text.ts';
import type { Rows } from '../tables.ts';

export function evaluationRows(
  { orgId, id }: EntityKey,
  state: EvaluationState,
  { version }: Folded<EvaluationState>,
): Rows {
  return {
    evaluation_run: [
      {
        org_id: orgId,
        id,
        suite: state.suite,
        commit: state.commit,
        model: state.model,
        passed: state.passed,
        failed: state.failed,
        score: state.score,
        url: state.url,
        completed_at: instantText(state.completedAt),
        meta: state.meta,
        version,
      },
    ],
    evaluation_case: (state.cases ?? []).map((testCase, position) => ({
      org_id: orgId,
      run_id: id,
      position,
      name: testCase.name,
      passed: testCase.passed,
      score: testCase.score,
      detail: testCase.detail,
    })),
  };
}
