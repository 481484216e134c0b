// Tells the site around this frame how high its content is, now and whenever that changes; takes the place where the map looks
// along to the links; and says in the console which parameters nobody knows.
const KNOWN =
  'mun cat status resp due due_from due_to cost_from cost_to q bbox from to at v w scale mode theme lang ui list o layers weight versus metric sort font engine per classes k';

const main = document.querySelector('main');
if (main && parent !== window) {
  const tell = () => {
    const height = Math.ceil(main.getBoundingClientRect().bottom + scrollY) + 16;
    parent.postMessage({ type: 'atlas:height', v: 1, id: window.name, height }, '*');
  };
  new ResizeObserver(tell).observe(main);
}
if (location.hash.startsWith('#map=')) {
  for (const link of document.querySelectorAll('a[data-carry]')) link.hash = location.hash;
}
const unknown = [...new URLSearchParams(location.search).keys()].filter((name) => !KNOWN.split(' ').includes(name));
if (unknown.length > 0) console.info(`atlas: parameters passed over: ${unknown.join(', ')}`);
