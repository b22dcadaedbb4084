// What one takes away: a link that shows exactly this, a video, the frames.

import {html, nothing, Part, show} from './part.js';
import {frame, stretch} from '../show/recipe.js';

const FORMS = [['mp4', 'MP4'], ['webm', 'WebM'], ['gif', 'GIF'], ['zip', 'PNGs (zip)']];

class Save extends Part {
  #seconds = 5;
  #copied = false;

  async #copy() {
    const link = show.link();
    try {
      await navigator.clipboard.writeText(link);
      this.#copied = true;
    } catch {
      prompt('The link that shows exactly this:', link);
    }
    this.requestUpdate();
    setTimeout(() => { this.#copied = false; this.requestUpdate(); }, 2000);
  }

  /** The newest frame counts, so addresses are made when they are wanted. */
  #aim(event, address) {
    event.currentTarget.href = address();
  }

  render() {
    const most = show.recipe.back ? show.index + 1 : Infinity;
    const frames = () => Math.min(Math.round(this.#seconds * show.recipe.fps), most);
    return html`<section aria-label="Take away">
      <h2>Take away</h2>
      <div class="row"><button class="share" @click=${() => this.#copy()}>Copy the link</button>
        <a class="button" download href="#" @pointerdown=${e => this.#aim(e, () => frame(show.recipe, show.chosen, show.index, 'png'))}
            @focus=${e => this.#aim(e, () => frame(show.recipe, show.chosen, show.index, 'png'))}>This frame</a>
        ${this.#copied ? html`<span role="status">Copied</span>` : nothing}</div>
      <label class="slide">Length <input class="seconds" type="range" min="1" max="20" step="1" .value=${String(this.#seconds)}
          aria-valuetext="${this.#seconds} seconds"
          @input=${event => { this.#seconds = Number(event.target.value); this.requestUpdate(); }}>
        <span>${this.#seconds} s</span></label>
      <div class="row">${FORMS.map(([ending, name]) => html`
        <a class="button save-${ending}" href="#" download="styleinv.${ending}"
            @pointerdown=${e => this.#aim(e, () => stretch(show.recipe, show.chosen, ending, frames()))}
            @focus=${e => this.#aim(e, () => stretch(show.recipe, show.chosen, ending, frames()))}>${name}</a>`)}</div>
    </section>`;
  }
}

customElements.define('studio-save', Save);
