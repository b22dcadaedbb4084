// One line that says how it goes, also to those who listen.

import {html, nothing, Part, show} from './part.js';

const WORDS = {waiting: 'Waiting for the first frame', moving: 'Moving', still: 'Paused', away: 'Away', failed: 'Stopped'};

class Status extends Part {
  #anew() {
    show.begin({...show.recipe, model: ''});
    show.play();
  }

  render() {
    const other = show.problem?.members.served;
    const sentence = other ? 'This link was made with another model than is served now.' : show.sentence;
    return html`
      <p role="status" class=${show.state}><span class="light" aria-hidden="true"></span>
        <b>${WORDS[show.state]}</b> ${sentence}
        ${show.player.wire === 'mjpeg' ? html`<i>(no WebSockets here: over plain HTTP)</i>` : nothing}
        ${other ? html`<button @click=${() => this.#anew()}>Show it with this one</button>` : nothing}
      </p>`;
  }
}

customElements.define('studio-status', Status);
