// Whether the page stands inside a page of another site, whose wheel and fingers scroll that page first.

export const embedded = /^\/e\/[^/]+\/live$/.test(location.pathname);
