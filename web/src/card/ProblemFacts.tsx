// Cost, responsibility, place, weight and doubts of a problem.

import type { ProblemCard } from '../api/wire';
import { region } from '../app/data';
import { openCard } from '../app/view';
import { f, nameOf, t } from '../app/words';
import { anchorOf } from '../domain/place';
import { Icon } from '../ui/Icon';
import { Fact, Facts } from './Facts';

const METRES_PER_KM = 1000;

/** Unknown is not zero, and says so. */
export function CostFacts({ cost_rub, cost_class, funding }: ProblemCard) {
  return (
    <Facts>
      <Fact name={t.value.cost}>
        {cost_rub === null ? (
          t.value.costUnknown
        ) : (
          <>
            <strong>{f.value.money(cost_rub)}</strong>{' '}
            <span class="quiet">{t.value.costClasses[cost_class] ?? cost_class}</span>
          </>
        )}
      </Fact>
      {funding.length > 0 && (
        <Fact name={t.value.funding}>
          <ul class="plain">
            {funding.map(({ purse, rub }) => (
              <li key={purse}>
                {t.value.purses[purse] ?? purse} — {f.value.money(rub)}
              </li>
            ))}
          </ul>
        </Fact>
      )}
    </Facts>
  );
}

export function ResponsibleFacts({ responsible_name, level, holder, ball_in_court }: ProblemCard) {
  const elsewhere = holder && holder.name !== responsible_name;
  return (
    <Facts>
      <Fact name={t.value.responsible}>
        {responsible_name ? <span lang="ru">{responsible_name}</span> : t.value.noResponsible}
        {level && <span class="quiet line">{t.value.levels[level] ?? level}</span>}
      </Fact>
      {holder && (
        <Fact name={t.value.holder}>
          {elsewhere ? <span lang="ru">{holder.name}</span> : t.value.responsibleOne}
          {', '}
          {t.value.heldFor(holder.days, f.value.number(holder.days))}
        </Fact>
      )}
      {ball_in_court.length > 1 && (
        <Fact name={t.value.holders}>
          <ol class="plain">
            {ball_in_court.map(({ body, name, days }) => (
              <li key={body}>
                <span lang="ru">{name}</span> — {t.value.heldFor(days, f.value.number(days))}
              </li>
            ))}
          </ol>
        </Fact>
      )}
    </Facts>
  );
}

export function PlaceFacts({ address, geometry, municipality, precision_m }: ProblemCard) {
  const place = anchorOf(geometry);
  const found = region.state.value.data?.municipalities.find(({ id }) => id === municipality);
  return (
    <Facts>
      <Fact name={t.value.place}>
        <span lang={address ? 'ru' : undefined}>{address ?? t.value.noAddress}</span>
        {found && <span class="quiet line">{nameOf(found)}</span>}
        {place && (
          <span class="quiet line tabular">
            {place[1].toFixed(5)}, {place[0].toFixed(5)}
            {precision_m !== null && ` · ${t.value.precision(f.value.distance(precision_m / METRES_PER_KM))}`}
          </span>
        )}
      </Fact>
    </Facts>
  );
}

export function WeightFacts(problem: ProblemCard) {
  const { severity, people_affected, n_appeals, n_supporters, registered_at, reopened } = problem;
  return (
    <Facts>
      {severity !== null && <Fact name={t.value.severity}>{t.value.severityOf(f.value.number(severity))}</Fact>}
      {people_affected !== null && (
        <Fact name={t.value.peopleAffected}>{t.value.people(people_affected, f.value.number(people_affected))}</Fact>
      )}
      <Fact name={t.value.appealsAbout}>{f.value.number(n_appeals)}</Fact>
      <Fact name={t.value.supporters}>{f.value.number(n_supporters)}</Fact>
      {registered_at && <Fact name={t.value.registeredAt}>{f.value.date(registered_at)}</Fact>}
      {reopened > 0 && <Fact name={t.value.history}>{t.value.reopened(reopened, f.value.number(reopened))}</Fact>}
      <Linked name={t.value.duplicateOf} id={problem.duplicate_of} />
      <Linked name={t.value.recurrenceOf} id={problem.recurrence_of} />
    </Facts>
  );
}

function Linked({ name, id }: { name: string; id: string | null }) {
  if (id === null) return null;
  return (
    <Fact name={name}>
      <button type="button" class="link-button" onClick={() => openCard(id)}>
        {id}
      </button>
    </Fact>
  );
}

export function QualityNotes({ quality }: { quality: readonly string[] }) {
  if (quality.length === 0) return null;
  return (
    <section class="card-part doubts">
      <h3>
        <Icon name="warning" />
        {t.value.quality}
      </h3>
      <ul>
        {quality.map((code) => (
          <li key={code}>{t.value.qualities[code] ?? code}</li>
        ))}
      </ul>
    </section>
  );
}
