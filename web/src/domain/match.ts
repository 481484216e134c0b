// Finds names by what was typed of them.

/** Lower case, without the dots of «ё». */
function folded(text: string): string {
  return text.toLocaleLowerCase('ru').replaceAll('ё', 'е');
}

/** 0 when the name begins so, 1 when one of its words does, 2 when it is somewhere inside; null when it is not. */
function rankOf(name: string, text: string): number | null {
  const at = name.indexOf(text);
  if (at <= 0) return at === 0 ? 0 : null;
  return new RegExp(`[^\\p{L}\\d]${escaped(text)}`, 'u').test(name) ? 1 : 2;
}

function escaped(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
}

/** Those whose names hold the text, the best first; equally good ones stay in their order. */
export function best<T>(all: readonly T[], name: (one: T) => string, text: string, most: number): T[] {
  const wanted = folded(text.trim());
  if (wanted === '') return [];
  return all
    .map((one) => ({ one, rank: rankOf(folded(name(one)), wanted) }))
    .filter((each): each is { one: T; rank: number } => each.rank !== null)
    .sort((a, b) => a.rank - b.rank)
    .slice(0, most)
    .map(({ one }) => one);
}
