// Whose face moves: a picture that is dropped, pasted, chosen or photographed, or a seed; and by which motion.

import {ask, Problem} from '../show/api.js';
import {html, nothing, Part, show} from './part.js';
import {picture, snap} from './camera.js';
import {chance, MOST_TILES} from '../show/recipe.js';

class Source extends Part {
  #busy = false;
  #wrong = '';

  connectedCallback() {
    super.connectedCallback();
    addEventListener('dragover', event => event.preventDefault());
    addEventListener('drop', event => {
      event.preventDefault();
      this.#take(event.dataTransfer.files[0]);
    });
    addEventListener('paste', event => this.#take(event.clipboardData.files[0]));
  }

  /** From a picture to the chosen tile's face. */
  async #take(file) {
    if (!file || this.#busy) return;
    this.#busy = true;
    this.#wrong = '';
    this.requestUpdate();
    try {
      const found = await ask('/v1/faces', {method: 'POST', body: await picture(file)});
      show.faces.set(found.face, found);
      show.tile(show.chosen, {face: found.face, motion: this.#tile().motion});
      show.play();
    } catch (e) {
      if (!(e instanceof Problem)) throw e;
      this.#wrong = e.message;
    }
    this.#busy = false;
    this.requestUpdate();
  }

  async #photograph() {
    const file = await snap(this.querySelector('dialog')).catch(() => null);
    if (file) {
      await this.#take(file);
    } else if (file === null) {
      this.querySelector('.photo').click(); // the phone's own camera
    }
  }

  #tile() {
    return show.recipe.tiles[show.chosen];
  }

  #seed(seed) {
    if (/^-?[0-9]{1,18}$/.test(seed)) show.tile(show.chosen, {seed, motion: this.#tile().motion});
  }

  #motion(motion) {
    if (!/^-?[0-9]{1,18}$/.test(motion)) return;
    const same = new Set(show.recipe.tiles.map(tile => tile.motion)).size === 1;
    if (same) show.tiles(show.recipe.tiles.map(tile => ({...tile, motion}))); // one motion, many faces
    else show.tile(show.chosen, {...this.#tile(), motion});
  }

  #add() {
    show.tiles([...show.recipe.tiles, {seed: chance(), motion: this.#tile().motion}]);
    show.choose(show.recipe.tiles.length - 1);
  }

  #nineFaces() {
    const motion = this.#tile().motion;
    show.choose(0);
    show.tiles([this.#tile(), ...Array.from({length: MOST_TILES - 1}, () => ({seed: chance(), motion}))]);
  }

  #nineMotions() {
    const tile = this.#tile();
    show.choose(0);
    show.tiles(Array.from({length: MOST_TILES}, (_, i) => ({...tile, motion: i ? chance() : tile.motion})));
  }

  render() {
    const tile = this.#tile();
    const found = tile.face && show.faces.get(tile.face);
    const tiles = show.recipe.tiles.length;
    return html`<section aria-label="Face">
      <h2>Face${tiles > 1 ? ` ${show.chosen + 1} of ${tiles}` : ''}</h2>
      <div class="drop ${this.#busy ? 'busy' : ''}">
        <p>${this.#busy ? 'Looking for the face…' : 'Drop or paste a picture, or'}</p>
        <label class="button">Choose a picture<input type="file" accept="image/*" class="hidden choose"
            @change=${event => this.#take(event.target.files[0])}></label>
        <button @click=${() => this.#photograph()}>Photograph</button>
        <input type="file" accept="image/*" capture="user" class="photo" hidden aria-label="Photograph"
            @change=${event => this.#take(event.target.files[0])}>
      </div>
      ${this.#wrong ? html`<p class="wrong" role="alert">${this.#wrong}</p>` : nothing}
      ${found?.crop ? html`<div class="pair">
        <figure><img src=${found.crop} alt="The part of your picture that was used"><figcaption>your picture</figcaption></figure>
        ${found.reconstruction ? html`<figure><img src=${found.reconstruction} alt="The face that the model found">
          <figcaption>found${found.psnr ? `, ${found.psnr.toFixed(1)} dB` : ''}</figcaption></figure>` : nothing}</div>` : nothing}
      <div class="row">
        <label><span class="say">Seed</span> <input class="seed" inputmode="numeric" pattern="-?[0-9]{1,18}" placeholder="number"
            .value=${tile.seed ?? ''} @change=${event => this.#seed(event.target.value)}></label>
        <button @click=${() => this.#seed(chance())}>Another face</button>
      </div>
      <div class="row">
        <label><span class="say">Motion</span> <input class="motion" inputmode="numeric" pattern="-?[0-9]{1,18}"
            .value=${tile.motion} @change=${event => this.#motion(event.target.value)}></label>
        <button @click=${() => this.#motion(chance())}>Another motion</button>
      </div>
      <div class="row">
        <button ?disabled=${tiles >= MOST_TILES} @click=${() => this.#add()}>Add a face</button>
        <button @click=${() => this.#nineFaces()}>Nine faces</button>
        <button @click=${() => this.#nineMotions()}>Nine motions</button>
        ${tiles > 1 ? html`<button @click=${() => show.tiles([tile])}>Only this</button>` : nothing}
      </div>
      <dialog aria-label="Photograph"><video autoplay playsinline muted></video>
        <div class="row"><button class="main" value="take">Take</button><button value="">Cancel</button></div></dialog>
    </section>`;
  }
}

customElements.define('studio-source', Source);
