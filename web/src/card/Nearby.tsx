// Appeals of residents and similar objects around the object of the card.

import { region } from '../app/data';
import { statusName } from '../app/summary';
import { change, openCard } from '../app/view';
import { f, moment, nameOf, t } from '../app/words';
import { groupOf } from '../domain/groups';
import { deadlineWords } from '../panel/words';
import { Glyph } from '../ui/Glyph';
import { APPEALS_NEAR_KM, appealsNear, SIMILAR_NEAR_KM, similarNear } from './around';

const SHOWN = 3;

export function Nearby() {
  return (
    <>
      <AppealsNear />
      <SimilarNear />
    </>
  );
}

function AppealsNear() {
  const near = appealsNear.state.value.data;
  if (!near) return null;
  const count = near.features.length;
  const words = near.cut ? t.value.appealsNearMany : t.value.appealsNear;
  const categories = region.state.value.data?.categories;
  const topic = (code: string) => {
    const found = categories?.find((category) => category.code === code);
    return found ? nameOf(found) : code;
  };
  return (
    <section class="card-part near-appeals">
      <h3>{t.value.appealsNearby}</h3>
      <p>{words(f.value.distance(APPEALS_NEAR_KM), f.value.number(count), count)}</p>
      <ul class="near">
        {near.features.slice(0, SHOWN).map(({ id, km, properties: { category, status } }) => (
          <li key={id}>
            <button
              type="button"
              onClick={() => change({ mode: 'appeals', object: id, statuses: [], responsible: null })}
            >
              <span class="near-title">{topic(category)}</span>
              <span class="quiet">
                {statusName(status, true).toLocaleLowerCase()} · {f.value.distance(km)}
              </span>
            </button>
          </li>
        ))}
      </ul>
    </section>
  );
}

function SimilarNear() {
  const near = similarNear.state.value.data;
  if (!near || near.features.length === 0) return null;
  return (
    <section class="card-part near-similar">
      <h3>{t.value.similarNearby(f.value.distance(SIMILAR_NEAR_KM))}</h3>
      <ul class="near">
        {near.features.slice(0, SHOWN).map(({ id, km, properties }) => (
          <li key={id}>
            <button type="button" onClick={() => openCard(id)}>
              <span class="near-title" lang="ru">
                <Glyph group={groupOf(properties.status, properties.overdue)} /> {properties.title}
              </span>
              <span class="quiet">
                {deadlineWords(properties, moment.value)} · {f.value.distance(km)}
              </span>
            </button>
          </li>
        ))}
      </ul>
    </section>
  );
}
