// Who paints: the model's variants, and a fade from one to another.

import {html, Part, show} from './part.js';
import {at, mix, share} from '../show/turns.js';

class Looks extends Part {
  #over = 60;
  #now = '';

  connectedCallback() {
    super.connectedCallback();
    show.addEventListener('frame', () => this.#now === at(show.recipe.looks, show.index) || this.requestUpdate());
  }

  render() {
    const now = this.#now = at(show.recipe.looks, show.index);
    return html`<section aria-label="Look">
      <h2>Look</h2>
      <div class="row" role="group" aria-label="Variants">${show.variants.map(name => html`
        <button aria-pressed=${name === now} @click=${() => show.fade(name, this.#over)}>${name}</button>`)}</div>
      <label class="slide">Cross-fade <input class="over" type="range" min="0" max="300" step="15" .value=${String(this.#over)}
          aria-valuetext="${this.#over} frames"
          @input=${event => { this.#over = Number(event.target.value); this.requestUpdate(); }}>
        <span>${this.#over === 0 ? 'at once' : `${(this.#over / 30).toFixed(1)} s`}</span></label>
      ${show.recipe.looks === 'base' ? html`<p class="hint">A look begins at the frame that you see.</p>`
          : html`<p class="hint"><code>${show.recipe.looks}</code>
            <button class="plain" @click=${() => show.change({looks: 'base'})}>base again</button></p>`}
      ${show.variants.filter(name => name !== 'base').map(name => html`
        <label class="slide">Blend <input class="mix" type="range" min="0" max="1" step="0.05" data-name=${name}
            .value=${String(share(show.recipe.looks, name))} aria-label="How much of ${name} in every frame"
            aria-valuetext="${Math.round(100 * share(show.recipe.looks, name))} percent"
            @change=${event => show.change({looks: mix(name, Number(event.target.value))})}><span>${name}</span></label>`)}
      <label class="slide">Typical <input class="psi" type="range" min="0" max="1" step="0.05" .value=${String(show.recipe.psi)}
          aria-valuetext="${show.recipe.psi}"
          @change=${event => show.change({psi: Number(event.target.value)})}><span>own</span></label>
    </section>`;
  }
}

customElements.define('studio-looks', Looks);
