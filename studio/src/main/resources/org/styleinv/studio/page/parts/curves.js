// Live curves of how it goes.

import {html, Part, show} from './part.js';
import {load, options, put} from './plot.js';

const CURVES = [['rate', 'frames/s'], ['first', 'first frame, ms'], ['gap', 'longest gap, ms'], ['queue', 'queue, frames']];
const HEIGHT = 110;

class Curves extends Part {
  #plots = [];
  #dark = matchMedia('(prefers-color-scheme: dark)');

  connectedCallback() {
    super.connectedCallback();
    show.measures.addEventListener('row', () => this.#draw());
    this.#dark.addEventListener('change', () => this.#make());
    new ResizeObserver(() => this.#fit()).observe(this);
  }

  #open(event) {
    if (event.target.open) {
      this.#make();
    }
  }

  async #make() {
    if (!this.querySelector('details')?.open || !this.clientWidth) return;
    const Plot = await load();
    this.#plots.forEach(plot => plot.destroy());
    const place = this.querySelector('.plots');
    const rows = show.measures.rows;
    this.#plots = CURVES.map(([row, name]) => new Plot({
      ...options(place, {
        name,
        height: HEIGHT,
        cursor: {y: false, sync: {key: 'studio'}},
        scales: {y: {range: (_, least, most) => [0, Math.max(1, most * 1.1)]}},
        series: {points: {show: row === 'first'}, spanGaps: false, value: (_, value) => value == null ? '--' : +value.toFixed(1)},
      }),
      width: this.clientWidth - 8,
    }, [rows.time, rows[row]], place));
  }

  #draw() {
    if (this.querySelector('details')?.open) {
      const rows = show.measures.rows;
      this.#plots.forEach((plot, i) => put(plot, [rows.time, rows[CURVES[i][0]]]));
      const last = values => values.findLast(value => value !== null);
      this.querySelector('.figures').textContent = `${rows.rate.at(-1)} frames/s, first frame `
          + `${Math.round(show.measures.firstMs ?? 0)} ms, longest gap ${Math.round(last(rows.gap) ?? 0)} ms`;
    }
  }

  #fit() {
    this.#plots.forEach(plot => plot.setSize({width: this.clientWidth - 8, height: HEIGHT}));
  }

  render() {
    return html`<details @toggle=${event => this.#open(event)}><summary>Curves</summary>
      <p class="figures"></p><div class="plots" aria-hidden="true"></div></details>`;
  }
}

customElements.define('studio-curves', Curves);
