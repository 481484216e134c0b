// What a screen reader is told of a page, as an outline: one line for each thing that has a role worth a word, in its order
// and at its depth. Digits are `N`, and of rows that are like one another only the first stands, so an outline changes when
// the page does and not when its data do.

/** Roles that say nothing by themselves; what is in them stands in their place. */
const PLAIN = /^(generic|none|StaticText|InlineTextBox|LineBreak|ListMarker|paragraph|strong|emphasis|mark|time|Abbr)$/;
/** What stands above data says what they are, and sections are what one walks the site by. */
const OWN = /^(navigation|columnheader)$/;
/** A symbol on a map that is drawn into the page: its name is data, and with it whether it is late today. */
const MARK = 'group';
/** What these hold is data; neighbours that differ in nothing else are told once. */
const ROW = /^(listitem|row|cell|option|term|definition|DescriptionList|graphics-symbol)$/;

/**
 * @param {import('playwright-core').Page} page
 * @param {string} title  of the record that the page is of, which is data too
 * @returns {Promise<string>}
 */
export async function outline(page, title) {
  const session = await page.context().newCDPSession(page);
  const { nodes } = await session.send('Accessibility.getFullAXTree');
  await session.detach();
  const byId = new Map(nodes.map((node) => [node.nodeId, node]));
  /**
   * @param {(typeof nodes)[number]} node
   * @param {number} depth
   * @param {boolean} inRow
   * @param {boolean} inSections
   * @returns {string[]}
   */
  const told = (node, depth, inRow, inSections) => {
    const role = String(node.role?.value ?? 'none');
    const children = (node.childIds ?? []).flatMap((id) => byId.get(id) ?? []);
    const silent = node.ignored || PLAIN.test(role);
    const below = silent ? depth : depth + 1;
    const row = !OWN.test(role) && (inRow || (!inSections && ROW.test(role)));
    const sections = inSections || role === 'navigation';
    const parts = children.map((child) => told(child, below, row, sections));
    const inner = (sections ? parts : once(parts)).flat();
    if (silent) return inner;
    const states = (node.properties ?? [])
      .filter(
        ({ name, value }) => ['pressed', 'expanded', 'checked', 'level'].includes(name) && value.value !== 'false',
      )
      .map(({ name, value }) => `${name}=${value.value}`);
    const mark = role === MARK && inner.length === 0;
    // What stands in a row is data.
    const full = String(node.name?.value ?? '');
    const name = row ? '' : mark && full ? '…' : worded(full, title);
    const words = [role, name && `«${name}»`, ...states].filter(Boolean).join(' ');
    return [`${'  '.repeat(depth)}${words}`, ...inner];
  };
  const [root] = nodes;
  return root ? `${told(root, 0, false, false).join('\n')}\n` : '';
}

const MONTH =
  /(?<![а-яё])(?:(?:январ|феврал|апрел|июн|июл|сентябр|октябр|ноябр|декабр)[ьяе]|(?:март|август)[ае]?|ма[йяе])(?![а-яё])/gi;

/**
 * A name without what is data in it; what is counted has the form of its number, so nothing after a first number is kept.
 * @param {string} name
 * @param {string} title
 */
function worded(name, title) {
  const untitled = title ? name.replace(title, '…') : name;
  return untitled
    .replace(/\d[\d\s.,]*(тыс\.|млн|млрд)?/g, 'N ')
    .replace(MONTH, 'N')
    .replace(/\s+/g, ' ')
    .replace(/: N .*$/, ': N …')
    .trim();
}

/**
 * Leaves out rows that say what one before them has said.
 * @param {string[][]} parts
 */
function once(parts) {
  const first = (/** @type {string[]} */ part) => part[0]?.trim() ?? '';
  return parts.filter((part, at) => {
    const line = first(part);
    const data = line === `${MARK} «…»` || ROW.test(line.split(' ')[0] ?? '');
    return !data || parts.findIndex((other) => first(other) === line) === at;
  });
}
