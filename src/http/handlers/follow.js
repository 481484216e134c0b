// Says that the data of this page have changed, and moves nothing by itself. Whoever does not want to hear it switches it off.
const news = document.getElementById('news');
if (news) {
  const [box, status, words] = ['input', '[role=status]', 'template'].map((name) => news.querySelector(name));
  let stream;
  const tell = () => {
    if (!status.hasChildNodes()) status.append(words.content.cloneNode(true));
  };
  const follow = () => {
    stream?.close();
    status.replaceChildren();
    if (!box.checked) return;
    stream = new EventSource('/api/events');
    for (const name of ['change', 'reset']) stream.addEventListener(name, tell);
  };
  news.hidden = false;
  box.addEventListener('change', follow);
  follow();
}
