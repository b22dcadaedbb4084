// A part of the page: an element that is drawn again when the show has changed.

import {html, LitElement, nothing} from 'lit';
import {show} from '../show/show.js';

export {html, nothing, show};

export class Part extends LitElement {
  #draw = () => this.requestUpdate();

  createRenderRoot() {
    return this; // one style sheet for all
  }

  connectedCallback() {
    super.connectedCallback();
    show.addEventListener('change', this.#draw);
  }

  disconnectedCallback() {
    show.removeEventListener('change', this.#draw);
    super.disconnectedCallback();
  }
}
