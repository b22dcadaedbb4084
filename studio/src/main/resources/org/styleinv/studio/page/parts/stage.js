// The moving faces, one to nine.

import {html, nothing, Part, show} from './part.js';
import {name} from '../show/recipe.js';

class Stage extends Part {
  render() {
    const tiles = show.recipe.tiles;
    const many = tiles.length > 1;
    const wide = tiles.length > 4 ? 3 : tiles.length > 1 ? 2 : 1;
    return html`<div class="tiles wide${wide}" role="group" aria-label="Faces">${tiles.map((tile, i) => html`
      <figure class=${many && i === show.chosen ? 'chosen' : ''}>
        <canvas width="128" height="128" role="img" aria-label="Face ${i + 1} of ${tiles.length}, ${name(tile)}"
            @click=${() => many ? show.choose(i) : show.toggle()}></canvas>
        ${many ? html`<figcaption>
          <button class="plain" aria-pressed=${i === show.chosen} @click=${() => show.choose(i)}>${name(tile)}</button>
          <button class="plain" aria-label="Remove face ${i + 1}"
              @click=${() => show.tiles(tiles.filter((_, k) => k !== i))}>×</button></figcaption>` : nothing}
      </figure>`)}</div>`;
  }

  updated() {
    show.player.canvases = [...this.querySelectorAll('canvas')];
  }
}

customElements.define('studio-stage', Stage);
