// The card of a problem or an appeal: what it is, where it stands with its deadline, what it costs, who has it, what happened.

import { useLayoutEffect, useRef } from 'preact/hooks';
import type { AppealProperties, Feature, ProblemCard } from '../api/wire';
import { appeal, card, region } from '../app/data';
import { statusName } from '../app/summary';
import { closeCard, view } from '../app/view';
import { f, moment, nameOf, t } from '../app/words';
import { daysSince } from '../domain/deadline';
import { groupOf } from '../domain/groups';
import { Failed } from '../panel/Panel';
import { replyWords } from '../panel/words';
import { CategoryIcon } from '../ui/CategoryIcon';
import { Glyph } from '../ui/Glyph';
import { Icon } from '../ui/Icon';
import { Actions } from './Actions';
import { DeadlineFacts } from './DeadlineFacts';
import { Fact, Facts } from './Facts';
import { History } from './History';
import { Nearby } from './Nearby';
import { Photos } from './Photos';
import { CostFacts, PlaceFacts, QualityNotes, ResponsibleFacts, WeightFacts } from './ProblemFacts';

export function Card() {
  const { object, mode } = view.value;
  const heading = useRef<HTMLHeadingElement>(null);
  useFocus(object, heading);
  if (object === null) return null;
  const ofAppeals = mode === 'appeals';
  return (
    <section
      class="card"
      aria-label={ofAppeals ? t.value.appealCard : t.value.card}
      onKeyDown={(event) => event.key === 'Escape' && closeCard()}
    >
      <button
        type="button"
        class="icon-button card-close"
        aria-label={t.value.close}
        title={t.value.close}
        onClick={closeCard}
      >
        <Icon name="close" />
      </button>
      <h2 class="card-title" tabIndex={-1} ref={heading} lang={ofAppeals ? undefined : 'ru'}>
        {titleOf(object)}
      </h2>
      {ofAppeals ? <AppealBody id={object} /> : <ProblemBody id={object} />}
    </section>
  );
}

function titleOf(id: string): string {
  const problem = card.state.value.data;
  if (problem?.id === id) return problem.title;
  const found = appeal.state.value.data;
  if (found?.id === id) return categoryName(found.properties.category);
  return id;
}

function categoryName(code: string): string {
  const found = region.state.value.data?.categories.find((category) => category.code === code);
  return found ? nameOf(found) : code;
}

/** The heading takes the focus when a card opens; whoever had it gets it back when the card closes. */
function useFocus(object: string | null, heading: { current: HTMLElement | null }): void {
  const opener = useRef<HTMLElement | null>(null);
  const open = object !== null;
  useLayoutEffect(() => {
    if (!open) return;
    opener.current = document.activeElement instanceof HTMLElement ? document.activeElement : null;
    return () => {
      const back = opener.current?.isConnected ? opener.current : document.querySelector<HTMLElement>('#list');
      back?.focus();
    };
  }, [open]);
  useLayoutEffect(() => {
    if (object !== null) heading.current?.focus();
  }, [object, heading]);
}

function ProblemBody({ id }: { id: string }) {
  const { data, error } = card.state.value;
  if (error?.status === 404) return <p class="notice">{t.value.notFound}</p>;
  if (error) return <Failed failure={error} retry={card.refresh} />;
  if (data?.id !== id) return <div class="skeleton-row" />;
  return <Problem {...data} />;
}

function Problem(problem: ProblemCard) {
  const days = daysSince(problem.status_since, moment.value);
  return (
    <>
      <p class="card-kicker">
        <CategoryIcon category={problem.category} />
        {t.value.number} {problem.id} · {categoryName(problem.category)}
      </p>
      <p class="card-status">
        <Glyph group={groupOf(problem.status, problem.overdue)} />
        <strong>{statusName(problem.status, false)}</strong>
        <span class="quiet">{t.value.inStatus(days, f.value.number(days))}</span>
        {problem.danger && <span class="badge">{t.value.danger}</span>}
      </p>
      <DeadlineFacts {...problem} />
      <CostFacts {...problem} />
      <ResponsibleFacts {...problem} />
      <PlaceFacts {...problem} />
      <WeightFacts {...problem} />
      <Photos key={problem.id} photos={problem.photos} />
      <Actions id={problem.id} layer="problems" geometry={problem.geometry} />
      {problem.description && (
        <section class="card-part">
          <h3>{t.value.description}</h3>
          <p class="description" lang="ru">
            {problem.description}
          </p>
        </section>
      )}
      <Nearby />
      <QualityNotes quality={problem.quality} />
      <History events={problem.events} />
    </>
  );
}

function AppealBody({ id }: { id: string }) {
  const { data, error } = appeal.state.value;
  if (error?.status === 404) return <p class="notice">{t.value.notFound}</p>;
  if (error) return <Failed failure={error} retry={appeal.refresh} />;
  if (data?.id !== id) return <div class="skeleton-row" />;
  return <Appeal {...data} />;
}

function Appeal({ id, geometry, properties }: Feature<AppealProperties>) {
  const { text, overdue } = replyWords(properties, moment.value);
  const municipality = region.state.value.data?.municipalities.find((each) => each.id === properties.municipality);
  return (
    <>
      <p class="card-kicker">
        <CategoryIcon category={properties.category} />
        {t.value.number} {id}
      </p>
      <p class="card-status">
        <Glyph group={groupOf(properties.status, overdue)} />
        <strong>{statusName(properties.status, true)}</strong>
        <span class="quiet" data-overdue={overdue}>
          {text}
        </span>
      </p>
      <Facts>
        {properties.received_at && <Fact name={t.value.receivedAt}>{f.value.date(properties.received_at)}</Fact>}
        {properties.answered_at && <Fact name={t.value.answeredAt}>{f.value.date(properties.answered_at)}</Fact>}
        {municipality && <Fact name={t.value.place}>{nameOf(municipality)}</Fact>}
        {properties.problem && <Fact name={t.value.linkedProblem}>{properties.problem}</Fact>}
      </Facts>
      <Actions id={id} layer="appeals" geometry={geometry} />
    </>
  );
}
