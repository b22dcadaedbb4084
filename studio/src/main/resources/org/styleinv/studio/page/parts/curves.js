// Live curves of how it goes. uPlot is loaded when somebody looks.

import {html, Part, show} from './part.js';

const CURVES = [['rate', 'frames/s'], ['first', 'first frame, ms'], ['gap', 'longest gap, ms'], ['queue', 'queue, frames']];
const HEIGHT = 110;

function load() {
  const style = Object.assign(document.createElement('link'), {rel: 'stylesheet', href: import.meta.resolve('uplot.css')});
  const script = Object.assign(document.createElement('script'), {src: import.meta.resolve('uplot')});
  document.head.append(style, script);
  return new Promise((done, failed) => {
    script.onload = () => done(globalThis.uPlot);
    script.onerror = () => failed(new Error('no uPlot'));
  });
}

class Curves extends Part {
  #plots = [];
  #loading = null;
  #dark = matchMedia('(prefers-color-scheme: dark)');

  connectedCallback() {
    super.connectedCallback();
    show.measures.addEventListener('row', () => this.#draw());
    this.#dark.addEventListener('change', () => this.#make());
    new ResizeObserver(() => this.#fit()).observe(this);
  }

  #open(event) {
    if (event.target.open) {
      this.#loading ??= load();
      this.#loading.then(() => this.#make(), () => { this.#loading = null; });
    }
  }

  async #make() {
    if (!this.#loading || !this.clientWidth) return;
    const Plot = await this.#loading;
    this.#plots.forEach(plot => plot.destroy());
    const {color, borderTopColor} = getComputedStyle(this.querySelector('.plots'));
    const grid = {stroke: borderTopColor, width: 1};
    const axis = {stroke: getComputedStyle(this).color, grid, ticks: grid, font: '11px system-ui', size: 44};
    this.#plots = CURVES.map(([row, name]) => new Plot({
      width: this.clientWidth - 8,
      height: HEIGHT,
      legend: {show: true, live: true},
      cursor: {y: false, sync: {key: 'studio'}},
      scales: {y: {range: (_, least, most) => [0, Math.max(1, most * 1.1)]}},
      axes: [{...axis, size: 24, space: 70}, {...axis, space: 24}],
      series: [{}, {label: name, stroke: color, width: 1.5, points: {show: row === 'first'}, spanGaps: false}],
    }, [show.measures.rows.time, show.measures.rows[row]], this.querySelector('.plots')));
  }

  #draw() {
    if (this.querySelector('details')?.open) {
      const rows = show.measures.rows;
      this.#plots.forEach((plot, i) => plot.setData([rows.time, rows[CURVES[i][0]]]));
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
