// What happened to a problem, newest first, each event in a sentence.

import type { ProblemEvent } from '../api/wire';
import { municipalityOf } from '../app/actions';
import { statusName } from '../app/summary';
import { f, nameOf, t } from '../app/words';

const DATES = new Set(['baseline_set', 'due_moved', 'review_set']);

export function History({ events }: { events: readonly ProblemEvent[] }) {
  const newestFirst = [...events].sort((a, b) => b.effective_at.localeCompare(a.effective_at) || b.seq - a.seq);
  return (
    <section class="card-part">
      <h3>{t.value.history}</h3>
      <ol class="history">
        {newestFirst.map((event) => (
          <li key={event.seq}>
            <time dateTime={event.effective_at}>{f.value.date(event.effective_at)}</time>
            <span>{sentence(event)}</span>
            {event.reason && <span class="quiet">{t.value.reason(t.value.reasons[event.reason] ?? event.reason)}</span>}
            {event.evidence && <span class="quiet">{t.value.evidence(event.evidence)}</span>}
          </li>
        ))}
      </ol>
    </section>
  );
}

function sentence(event: ProblemEvent): string {
  const words = t.value.events[event.kind];
  return words ? words(named(event, event.from), named(event, event.to)) : t.value.otherEvent;
}

/** From and to mean a state, a date, a municipality or a name, as the kind of event says. */
function named({ kind }: ProblemEvent, value: string | undefined): string {
  if (!value) return '';
  if (kind === 'status_changed') return statusName(value, false);
  if (DATES.has(kind)) return f.value.date(value);
  const place = kind === 'municipality_changed' ? municipalityOf(value) : null;
  return place ? nameOf(place) : value;
}
