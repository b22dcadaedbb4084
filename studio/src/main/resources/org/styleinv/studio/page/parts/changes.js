// How a face is changed: a slider for each direction of the model.

import {html, nothing, Part, show} from './part.js';
import {edits, editsText} from '../show/recipe.js';

const MOST = 8; // edits that a request may have

class Changes extends Part {
  render() {
    if (show.directions.length === 0) {
      return nothing;
    }
    const now = edits(show.recipe.edits);
    return html`<section aria-label="Changes">
      <h2>Changes</h2>
      ${show.directions.map(name => html`
        <label class="slide">${name} <input class="change" type="range" min="-4" max="4" step="0.1" data-name=${name}
            .value=${now.get(name) ?? '0'} ?disabled=${!now.has(name) && now.size >= MOST}
            @change=${event => this.#put(name, event.target.value)}>
          <span>${now.get(name) ?? '0'}</span></label>`)}
      ${show.recipe.edits ? html`<p class="hint">
        <button class="plain" @click=${() => show.change({edits: ''})}>as the face is</button></p>` : nothing}
    </section>`;
  }

  #put(name, strength) {
    const now = edits(show.recipe.edits);
    if (Number(strength) === 0) now.delete(name);
    else now.set(name, strength);
    show.change({edits: editsText(now)});
  }
}

customElements.define('studio-changes', Changes);
