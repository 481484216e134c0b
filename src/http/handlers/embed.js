// <atlas-map src="https://…/e/KEY?…"> becomes a frame; until then, and without a script, what stands inside it is shown.
// The frame says how high its content is; nobody else is believed.
let count = 0;

customElements.define(
  'atlas-map',
  class extends HTMLElement {
    connectedCallback() {
      const source = this.getAttribute('src');
      if (!source || this.frame) return;
      const wide = this.clientWidth;
      count += 1;
      this.frame = document.createElement('iframe');
      this.frame.name = `atlas-map-${count}`;
      this.frame.src = source;
      this.frame.title = this.getAttribute('title') || 'Атлас проблем';
      this.frame.loading = 'lazy';
      this.frame.referrerPolicy = 'strict-origin-when-cross-origin';
      this.frame.allow = 'fullscreen';
      this.frame.setAttribute('sandbox', 'allow-scripts allow-same-origin allow-popups allow-popups-to-escape-sandbox');
      this.frame.width = '100%';
      const asked = Number(this.getAttribute('height'));
      this.frame.height = String(asked > 0 ? asked : wide >= 700 ? 560 : wide >= 450 ? 480 : 420);
      this.frame.style.border = '0';
      this.style.display = 'block';
      this.replaceChildren(this.frame);
      addEventListener('message', (event) => this.heard(event));
    }

    heard({ source, origin, data }) {
      if (source !== this.frame.contentWindow || origin !== new URL(this.frame.src).origin) return;
      const { type, v, id, height } = data ?? {};
      if (type !== 'atlas:height' || v !== 1 || id !== this.frame.name || !Number.isFinite(height)) return;
      this.frame.height = String(Math.min(4000, Math.max(200, Math.ceil(height))));
    }
  },
);
