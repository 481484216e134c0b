// Breaks a name into lines of much the same length, after spaces and hyphens.

/** No line is longer than `widest` unless one word is; of the ways with the fewest lines, the most even one. */
export function inLines(name: string, widest: number, measure: (text: string) => number): string[] {
  const words = name.split(/(?<=-)|\s+/u).filter(Boolean);
  for (let count = 1; count < words.length; count += 1) {
    const [best] = waysToBreak(words, count)
      .map((starts) => linesOf(words, starts))
      .map((lines) => ({ lines, width: Math.max(...lines.map(measure)) }))
      .sort((a, b) => a.width - b.width);
    if (best && best.width <= widest) return best.lines;
  }
  return words;
}

/** All choices of the words with which `count` lines begin. */
function waysToBreak(words: readonly string[], count: number, from = 0): number[][] {
  if (count === 1) return [[from]];
  const ways: number[][] = [];
  for (let next = from + 1; next <= words.length - count + 1; next += 1) {
    for (const rest of waysToBreak(words, count - 1, next)) ways.push([from, ...rest]);
  }
  return ways;
}

function linesOf(words: readonly string[], starts: readonly number[]): string[] {
  return starts.map((start, n) => {
    const line = words.slice(start, starts[n + 1] ?? words.length);
    return line.reduce((text, word) => (text === '' || text.endsWith('-') ? text + word : `${text} ${word}`), '');
  });
}
