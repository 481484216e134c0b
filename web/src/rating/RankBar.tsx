// Between which places a municipality lies, on a line from the first place to the last.

import { f, t } from '../app/words';

const WIDTH = 72;
const HEIGHT = 16;

export function RankBar({ interval, rank, of }: { interval: [number, number]; rank: number | null; of: number }) {
  const [from, to] = interval;
  const step = WIDTH / Math.max(1, of);
  const words = t.value.rankBetween(f.value.number(from), f.value.number(to));
  return (
    <span class="rank">
      <svg class="rank-bar" viewBox={`0 0 ${WIDTH} ${HEIGHT}`} width={WIDTH} height={HEIGHT} aria-hidden="true">
        <line class="rank-scale" x1="0" x2={WIDTH} y1={HEIGHT / 2} y2={HEIGHT / 2} />
        <rect class="rank-span" x={(from - 1) * step} y="5" width={(to - from + 1) * step} height="6" rx="3" />
        {rank !== null && <circle class="rank-here" cx={(rank - 0.5) * step} cy={HEIGHT / 2} r="4" />}
      </svg>
      <span class="rank-words">{`${from}–${to}`}</span>
      <span class="sr-only">{words}</span>
    </span>
  );
}
