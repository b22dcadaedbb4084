// Another face's layers in all faces: its features or its colours, with the pose and the motion of one's own.

import {html, nothing, Part, show} from './part.js';
import {chance, mix, MIX_FROM} from '../show/recipe.js';

const NAMES = {8: 'nearly all', 16: 'features', 32: 'details', 64: 'colours'};

class Mixture extends Part {
  render() {
    const now = mix(show.recipe.mix);
    return html`<section aria-label="Mixture">
      <h2>Mixture</h2>
      <div class="row">
        <label><span class="say">Other seed</span> <input class="other" inputmode="numeric" pattern="-?[0-9]{1,18}"
            placeholder="none" .value=${now?.seed ?? ''} @change=${event => this.#put(event.target.value, now?.from)}></label>
        <button @click=${() => this.#put(chance(), now?.from)}>Another</button>
      </div>
      ${now ? html`<div class="row">
        <label><span class="say">Its layers</span> <select class="from" @change=${event => this.#put(now.seed, event.target.value)}>
          ${this.#froms().map(from => html`<option value=${from} ?selected=${from === now.from}>from
            ${from} px${NAMES[from] ? `: ${NAMES[from]}` : ''}</option>`)}</select></label>
        <button class="plain" @click=${() => show.change({mix: ''})}>none</button>
      </div>` : nothing}
    </section>`;
  }

  #froms() {
    const all = [];
    for (let from = 8; from <= show.resolution; from *= 2) all.push(from);
    return all;
  }

  #put(seed, from = MIX_FROM) {
    if (seed === '') show.change({mix: ''});
    else if (/^-?[0-9]{1,18}$/.test(seed)) show.change({mix: `${seed}@${from}`});
  }
}

customElements.define('studio-mixture', Mixture);
