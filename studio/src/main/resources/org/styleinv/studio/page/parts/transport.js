// Play, step, run backwards, slow down, and go to a frame by its number.

import {html, Part, show} from './part.js';

const SPEEDS = [[0.125, '⅛'], [0.25, '¼'], [0.5, '½'], [1, '1'], [2, '2'], [4, '4']];

class Transport extends Part {
  connectedCallback() {
    super.connectedCallback();
    show.addEventListener('frame', () => this.#index());
    show.measures.addEventListener('row', () => this.#rate());
  }

  #index() {
    const field = this.querySelector('input');
    if (field && field !== document.activeElement) {
      field.value = show.index;
    }
  }

  #rate() {
    const rates = show.measures.rows.rate;
    this.querySelector('output').textContent = show.player.playing ? `${rates.at(-1)} frames/s` : '';
  }

  #go(event) {
    event.preventDefault();
    const field = this.querySelector('input');
    if (field.value !== '') {
      show.seek(Number(field.value));
    }
    field.blur();
  }

  render() {
    const playing = show.player.playing;
    const {back, step} = show.recipe;
    return html`<div class="transport">
      <button aria-label="One frame back" @click=${() => show.step(-1)}>◂|</button>
      <button class="main" aria-label=${playing ? 'Pause' : 'Play'} @click=${() => show.toggle()}>${playing ? html`<span class="bars"></span>` : '▶'}</button>
      <button aria-label="One frame on" @click=${() => show.step(1)}>|▸</button>
      <button aria-label="Backwards" aria-pressed=${back} @click=${() => show.turnRound()}>⇄</button>
      <label>Speed <select @change=${event => show.speed(Number(event.target.value))}>
        ${SPEEDS.map(([value, text]) => html`<option value=${value} .selected=${value === step}>${text}</option>`)}
      </select></label>
      <form @submit=${event => this.#go(event)}><label>Frame
        <input type="number" min="0" max="1000000000000" step="1" .value=${String(show.index)}
            @change=${event => this.#go(event)}></label></form>
      <output aria-label="Rate"></output>
    </div>`;
  }
}

customElements.define('studio-transport', Transport);
