// Live channels of the mesh: list, watch, start what is shown, stop.

import {ask, Problem} from '../show/api.js';
import {html, nothing, Part, show} from './part.js';
import {video} from '../show/recipe.js';

const AGAIN_MS = 5000;
const NAME = /^[a-z0-9_-]{1,63}$/;

class Broadcasts extends Part {
  #live = [];
  #watched = null;
  #wrong = '';
  #timer = 0;

  async #list() {
    try {
      this.#live = await ask('/v1/broadcasts');
      if (!this.#live.some(one => one.id === this.#watched)) this.#watched = null;
      this.requestUpdate();
    } catch (e) {
      if (!(e instanceof Problem)) throw e; // the status line tells that it is away
    }
  }

  #open(event) {
    clearInterval(this.#timer);
    if (event.target.open) {
      this.#list();
      this.#timer = setInterval(() => document.hidden || this.#list(), AGAIN_MS);
    } else {
      this.#watched = null;
      this.requestUpdate();
    }
  }

  async #do(address, method) {
    this.#wrong = '';
    try {
      await ask(address, {method});
    } catch (e) {
      if (!(e instanceof Problem)) throw e;
      this.#wrong = e.message;
    }
    await this.#list();
    this.requestUpdate();
  }

  #start(event) {
    event.preventDefault();
    const id = this.querySelector('input').value;
    if (NAME.test(id)) {
      const {model, ...what} = video(show.recipe, show.chosen);
      this.#do(`/v1/broadcasts/${id}?` + new URLSearchParams({...what, first_index: show.index}), 'PUT');
    }
  }

  #watch(id) {
    this.#watched = this.#watched === id ? null : id;
    this.requestUpdate();
  }

  render() {
    return html`<details @toggle=${event => this.#open(event)}>
      <summary>Broadcasts</summary>
      ${this.#live.length ? html`<ul class="live">${this.#live.map(one => html`<li><b>${one.id}</b>
        <button aria-pressed=${one.id === this.#watched} @click=${() => this.#watch(one.id)}>Watch<span class="sr"> ${one.id}</span></button>
        <button @click=${() => this.#do(`/v1/broadcasts/${one.id}`, 'DELETE')}>Stop<span class="sr"> ${one.id}</span></button>
        ${one.id === this.#watched
            ? html`<img class="watched" src="/v1/broadcasts/${one.id}.mjpeg" alt="Broadcast ${one.id}, live">` : nothing}
        </li>`)}</ul>` : html`<p class="hint">Nothing is live.</p>`}
      <form class="row" @submit=${event => this.#start(event)}>
        <label>Name <input required pattern="[a-z0-9_\\-]{1,63}" placeholder="news" autocapitalize="off"></label>
        <button>Start with this face</button></form>
      ${this.#wrong ? html`<p class="wrong" role="alert">${this.#wrong}</p>` : nothing}
    </details>`;
  }
}

customElements.define('studio-broadcasts', Broadcasts);
