// What the level gained or lost within the year, and how sure that is.

import { f, t } from '../app/words';

/** With this chance a rise, or a fall, is taken for one: as sure as the method is of its tiers. */
const SURE = 0.8;

export function YearChange({ points, risen }: { points: number | null; risen: number | null }) {
  if (points === null) return <>{t.value.unknown}</>;
  const way = risen === null ? 'unsure' : risen >= SURE ? 'up' : risen <= 1 - SURE ? 'down' : 'unsure';
  return (
    <span class="year-change" data-way={way} title={t.value.changeWays[way]}>
      {f.value.signed(points)}
      <span class="year-change-mark" aria-hidden="true">
        {{ up: '↑', down: '↓', unsure: '≈' }[way]}
      </span>
      <span class="sr-only">
        {t.value.changeWays[way]}
        {risen !== null && `, ${t.value.chanceRisen(f.value.percent(risen))}`}
      </span>
    </span>
  );
}
