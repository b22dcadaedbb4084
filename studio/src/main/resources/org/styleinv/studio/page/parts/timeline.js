// The endless video as a strip: drag anywhere, zoom from a hundred frames to 10^12, thumbnails by address.

import {html, Part, show} from './part.js';
import {frame, LAST} from '../show/recipe.js';
import {turns} from '../show/turns.js';

const LEAST = 100;
const AGAIN_MS = 2000;
const CALM_MS = 600; // thumbnails wait until the strip rests

class Timeline extends Part {
  #from = 0;
  #span = 600;
  #drag = false;
  #timer = 0;
  #loaded = 0; // thumbnails that are here: one is asked for at a time, for the frames that move go first
  #thumbs = {from: -1, span: 0, key: ''};

  connectedCallback() {
    super.connectedCallback();
    show.addEventListener('frame', () => this.#follow());
    this.#center(show.index);
  }

  #center(index) {
    this.#from = Math.max(0, Math.min(LAST - this.#span, Math.floor(index - this.#span / 2)));
  }

  /** Turns the page when the frame has left it. */
  #follow() {
    const at = (show.index - this.#from) / this.#span;
    if (!this.#drag && (at < 0 || at > 1)) {
      this.#from = Math.max(0, Math.min(LAST - this.#span, Math.floor(show.index - this.#span * (at > 1 ? 0.1 : 0.9))));
      this.requestUpdate();
    }
    this.#mark();
  }

  #mark() {
    const slider = this.querySelector('[role=slider]');
    if (slider) {
      const at = Math.min(1, Math.max(0, (show.index - this.#from) / this.#span));
      this.querySelector('.needle').style.left = `${at * 100}%`;
      slider.setAttribute('aria-valuenow', show.index);
      slider.setAttribute('aria-valuetext', `frame ${show.index.toLocaleString('en')}`);
    }
  }

  #zoom(by) {
    const at = Math.min(1, Math.max(0, (show.index - this.#from) / this.#span));
    this.#span = Math.round(Math.min(LAST, Math.max(LEAST, this.#span * by)));
    this.#from = Math.max(0, Math.min(LAST - this.#span, Math.round(show.index - at * this.#span)));
    this.requestUpdate();
  }

  #page(by) {
    this.#from = Math.max(0, Math.min(LAST - this.#span, this.#from + by * this.#span));
    this.requestUpdate();
  }

  #point(event) {
    const box = event.currentTarget.getBoundingClientRect();
    show.seek(this.#from + Math.min(1, Math.max(0, (event.clientX - box.left) / box.width)) * this.#span);
    this.#mark();
  }

  #down(event) {
    if (event.button === 0) {
      this.#drag = true;
      event.currentTarget.setPointerCapture(event.pointerId);
      this.#point(event);
    }
  }

  #move(event) {
    if (this.#drag) this.#point(event);
  }

  #up() {
    this.#drag = false;
  }

  #wheel(event) {
    event.preventDefault();
    this.#zoom(event.deltaY > 0 ? 1.5 : 1 / 1.5);
  }

  #key(event) {
    const moves = {ArrowLeft: -1, ArrowDown: -1, ArrowRight: 1, ArrowUp: 1,
      PageDown: -Math.round(this.#span / 10), PageUp: Math.round(this.#span / 10)};
    if (moves[event.key]) {
      show.step(moves[event.key]);
    } else if (event.key === 'Home') {
      show.seek(0);
    } else if (event.key === 'End') {
      show.seek(LAST);
    } else if (event.key === '+') {
      this.#zoom(1 / 2);
    } else if (event.key === '-') {
      this.#zoom(2);
    } else {
      return;
    }
    event.preventDefault();
    event.stopPropagation();
  }

  /** Where thumbnails are, when the strip has rested a while and frames move. */
  #settle() {
    const {tiles, looks, edits, mix, psi, step} = show.recipe;
    const tile = tiles[show.chosen];
    const key = JSON.stringify([tile, looks, edits, mix, psi, step]);
    const now = this.#thumbs;
    if (now.from !== this.#from || now.span !== this.#span || now.key !== key) {
      clearTimeout(this.#timer);
      this.#timer = setTimeout(() => {
        if ((show.state === 'moving' || show.state === 'still') && !this.#drag) {
          this.#thumbs = {from: this.#from, span: this.#span, key};
          this.#loaded = 0;
          this.requestUpdate();
        }
      }, CALM_MS);
    }
    return now.from === this.#from && now.span === this.#span && now.key === key;
  }

  #came(number) {
    if (number === this.#loaded) {
      this.#loaded++;
      this.requestUpdate();
    }
  }

  /** A thumbnail did not come: all are asked for again, those that came are kept by the browser. */
  #again() {
    if (this.#thumbs.from >= 0) {
      this.#thumbs = {from: -1, span: 0, key: ''};
      setTimeout(() => this.requestUpdate(), AGAIN_MS);
    }
  }

  render() {
    const settled = this.#settle();
    const count = matchMedia('(max-width: 500px)').matches ? 4 : 8;
    const places = Array.from({length: count}, (_, i) => Math.floor(this.#from + this.#span * (i + 0.5) / count));
    const recipe = {...show.recipe, model: ''};
    const fades = turns(show.recipe.looks).filter(turn => turn.from > 0).map(turn => ({
      name: turn.name,
      left: (turn.from - this.#from) / this.#span * 100,
      right: (turn.from + turn.over - this.#from) / this.#span * 100,
    })).filter(fade => fade.right >= 0 && fade.left <= 100);
    return html`<div class="timeline">
      <div class="strip" role="slider" tabindex="0" aria-label="Timeline" aria-valuemin="0" aria-valuemax=${LAST}
          aria-valuenow=${show.index} @pointerdown=${e => this.#down(e)} @pointermove=${e => this.#move(e)}
          @pointerup=${() => this.#up()} @pointercancel=${() => this.#up()} @wheel=${e => this.#wheel(e)}
          @keydown=${e => this.#key(e)}>
        ${places.map((place, i) => settled && i <= this.#loaded
            ? html`<img src=${frame(recipe, show.chosen, place, 'jpg')} alt="" draggable="false"
                @load=${() => this.#came(i)} @error=${() => this.#again()}>`
            : html`<span class="blank"></span>`)}
        ${fades.map(fade => html`<i class="fade" title="to ${fade.name}"
            .style=${`left:${Math.max(0, fade.left)}%;width:${Math.min(100, fade.right) - Math.max(0, fade.left)}%`}></i>`)}
        <b class="needle"></b>
      </div>
      <div class="ruler">
        <button class="plain" aria-label="Earlier" @click=${() => this.#page(-1)}>◂</button>
        <span>${this.#from.toLocaleString('en')}</span>
        <button class="plain" aria-label="Zoom out" @click=${() => this.#zoom(10)}>−</button>
        <span class="span">${this.#span.toLocaleString('en')} frames</span>
        <button class="plain" aria-label="Zoom in" @click=${() => this.#zoom(0.1)}>+</button>
        <span>${(this.#from + this.#span).toLocaleString('en')}</span>
        <button class="plain" aria-label="Later" @click=${() => this.#page(1)}>▸</button>
      </div></div>`;
  }

  updated() {
    this.#mark();
  }
}

customElements.define('studio-timeline', Timeline);
