// What happened to a problem, newest first, each event in a sentence.

import type { ProblemEvent } from '../api/wire';
import { municipalityOf } from '../app/actions';
import { statusName } from '../app/summary';
import { f, nameOf, t } from '../app/words';

/** Where «what has changed» leads. */
export const HISTORY_ID = 'history';

const DATES = new Set(['baseline_set', 'due_moved', 'review_set']);

export function History({ events }: { events: readonly ProblemEvent[] }) {
  const newestFirst = [...events].sort((a, b) => b.effective_at.localeCompare(a.effective_at) || b.seq - a.seq);
  return (
    <section class="card-part">
      <h3 id={HISTORY_ID} tabIndex={-1}>
        {t.value.history}
      </h3>
      <ol class="history">
        {newestFirst.map((event) => (
          <li key={event.seq}>
            <time dateTime={event.effective_at}>{f.value.date(event.effective_at)}</time>
            <span>
              <Sentence event={event} />
            </span>
            {event.reason && <span class="quiet">{t.value.reason(t.value.reasons[event.reason] ?? event.reason)}</span>}
            {event.evidence && (
              <span class="quiet">
                <InRussian text={t.value.evidence(event.evidence)} parts={[event.evidence]} />
              </span>
            )}
          </li>
        ))}
      </ol>
    </section>
  );
}

function Sentence({ event }: { event: ProblemEvent }) {
  const words = t.value.events[event.kind];
  if (!words) return <>{t.value.otherEvent}</>;
  const text = words(named(event, event.from), named(event, event.to));
  const names = event.kind === 'body_changed' ? [event.from, event.to] : [];
  return <InRussian text={text} parts={names} />;
}

/** Text in which some parts are data, and data are in Russian. */
function InRussian({ text, parts }: { text: string; parts: readonly (string | undefined)[] }) {
  const part = parts.find((each) => each && text.includes(each));
  if (!part) return <>{text}</>;
  const at = text.indexOf(part);
  return (
    <>
      {text.slice(0, at)}
      <span lang="ru">{part}</span>
      <InRussian text={text.slice(at + part.length)} parts={parts} />
    </>
  );
}

/** From and to mean a state, a date, a municipality or a name, as the kind of event says. */
function named({ kind }: ProblemEvent, value: string | undefined): string {
  if (!value) return '';
  if (kind === 'status_changed') return statusName(value, false);
  if (DATES.has(kind)) return f.value.date(value);
  const place = kind === 'municipality_changed' ? municipalityOf(value) : null;
  return place ? nameOf(place) : value;
}
