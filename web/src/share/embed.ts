// The code that puts the present view on another site. Pure.

export interface Embed {
  origin: string;
  /** Names the site; the service lets a key be framed by its own sites only. */
  key: string;
  /** Query and camera of the view, as in the address. */
  view: string;
  title: string;
}

export function embedCode({ origin, key, view, title }: Embed): string {
  const src = escaped(`${origin}/e/${encodeURIComponent(key)}${view}`);
  // The link is what is left where frames are switched off.
  return `<iframe src="${src}" title="${escaped(title)}"
  width="100%" height="520" loading="lazy" style="border:0;max-width:100%"
  referrerpolicy="strict-origin-when-cross-origin" allow="fullscreen"
  sandbox="allow-scripts allow-popups allow-popups-to-escape-sandbox"></iframe>
<p><a href="${escaped(`${origin}/${view}`)}">${escaped(title)}</a></p>`;
}

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('"', '&quot;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}
