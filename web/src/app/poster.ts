// What the server wrote under the page before its script ran: shown until the region is here, so that nothing shifts then.

const said = (which: string) => document.querySelector(`#poster ${which}`)?.textContent ?? null;

export const poster = { place: said('.brand .region'), invented: said('footer .notice') };
