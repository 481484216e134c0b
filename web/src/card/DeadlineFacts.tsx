// The deadline: the promise as it was first given, as it is now, and how far the two have come apart.

import type { ProblemCard } from '../api/wire';
import { f, moment, t } from '../app/words';
import { type Deadline, deadlineOf } from '../domain/deadline';
import { isClosed } from '../domain/groups';
import { Fact, Facts } from './Facts';

export function DeadlineFacts(problem: ProblemCard) {
  const { baseline_due, current_due, overdue, slip_days, extension_count, status } = problem;
  const closed = isClosed(status);
  return (
    <div class="deadline" data-overdue={overdue}>
      {!closed && <p class="deadline-words">{words(deadlineOf(current_due, overdue, moment.value))}</p>}
      <Facts>
        {current_due && <Fact name={t.value.currentDue}>{f.value.date(current_due)}</Fact>}
        {baseline_due && baseline_due !== current_due && (
          <Fact name={t.value.baselineDue}>{f.value.date(baseline_due)}</Fact>
        )}
        {baseline_due && <Fact name={t.value.slip}>{slip(slip_days ?? 0, extension_count)}</Fact>}
        {problem.review_at && <Fact name={t.value.reviewAt}>{f.value.date(problem.review_at)}</Fact>}
        {problem.resolved_at && <Fact name={t.value.resolvedAt}>{f.value.date(problem.resolved_at)}</Fact>}
      </Facts>
    </div>
  );
}

function words(deadline: Deadline): string {
  switch (deadline.kind) {
    case 'none':
      return t.value.noDeadline;
    case 'overdue':
      return t.value.overdueBy(deadline.days, f.value.number(deadline.days));
    case 'today':
      return t.value.dueToday;
    case 'left':
      return t.value.daysLeft(deadline.days, f.value.number(deadline.days));
  }
}

function slip(days: number, moves: number): string {
  if (days === 0) return t.value.notMoved;
  return t.value.slipBy(days, f.value.number(Math.abs(days)), moves, f.value.number(moves));
}
