// <atlas-map src="https://…/e/KEY?…"> becomes a frame; until then, and without a script, what stands inside it is shown.
customElements.define(
  'atlas-map',
  class extends HTMLElement {
    connectedCallback() {
      const source = this.getAttribute('src');
      if (!source || this.frame) return;
      const wide = this.clientWidth;
      this.frame = document.createElement('iframe');
      this.frame.src = source;
      this.frame.title = this.getAttribute('title') || 'Атлас проблем';
      this.frame.loading = 'lazy';
      this.frame.referrerPolicy = 'strict-origin-when-cross-origin';
      this.frame.setAttribute('sandbox', 'allow-scripts allow-same-origin allow-popups allow-popups-to-escape-sandbox');
      this.frame.width = '100%';
      this.frame.height = String(wide >= 700 ? 560 : wide >= 450 ? 480 : 420);
      this.frame.style.border = '0';
      this.style.display = 'block';
      this.replaceChildren(this.frame);
    }
  },
);
