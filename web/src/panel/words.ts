// How a row says where it stands with its deadline.

import type { AppealProperties, ProblemProperties } from '../api/wire';
import { statusName } from '../app/summary';
import { f, t } from '../app/words';
import { deadlineOf } from '../domain/deadline';
import { isClosed } from '../domain/groups';

type Timed = Pick<ProblemProperties, 'status' | 'current_due' | 'overdue'>;

export function deadlineWords(problem: Timed, now: number): string {
  if (isClosed(problem.status)) return statusName(problem.status, false).toLocaleLowerCase();
  const deadline = deadlineOf(problem.current_due, problem.overdue, now);
  switch (deadline.kind) {
    case 'none':
      return t.value.noDeadline.toLocaleLowerCase();
    case 'overdue':
      return t.value.overdueByShort(deadline.days, f.value.number(deadline.days));
    case 'today':
      return t.value.dueToday.toLocaleLowerCase();
    case 'left':
      return t.value.dueOn(f.value.date(problem.current_due ?? ''));
  }
}

export function replyWords(appeal: AppealProperties, now: number): { text: string; overdue: boolean } {
  const { status, due_at, answered_at } = appeal;
  if (answered_at) return { text: t.value.answeredOn(f.value.date(answered_at)), overdue: false };
  if (isClosed(status) || due_at === null)
    return { text: statusName(status, true).toLocaleLowerCase(), overdue: false };
  const overdue = Date.parse(due_at) < now;
  const deadline = deadlineOf(due_at, overdue, now);
  if (deadline.kind === 'overdue') {
    return { text: t.value.answerOverdueBy(deadline.days, f.value.number(deadline.days)), overdue };
  }
  return { text: t.value.answerDueOn(f.value.date(due_at)), overdue };
}
