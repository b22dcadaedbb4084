// Runs of training, live and ended: which there are, how the chosen one goes, and what it paints.

import {ask, Problem} from './show/api.js';
import {html, LitElement, nothing} from 'lit';
import {load, options, put} from './parts/plot.js';

const AGAIN_MS = 5000;
const HEIGHT = 150;
const WORDS = {live: 'live', ended: 'ended', stopped: 'stopped'};
/** Figures that belong together, by how they begin; the rest is the last group. */
const GROUPS = [
  ['Losses', /^(loss|r1|path|lpips|identity|reconstruction|l2)/],
  ['Critics', /^(scores|signs|ada)/],
  ['Pace and memory', /^(sec_|rss_|eta_)/],
  ['Measures and more', /./],
];

const span = seconds => seconds > 5400 ? `${(seconds / 3600).toFixed(1)} h` : seconds > 90 ? `${Math.round(seconds / 60)} min` : `${Math.round(seconds)} s`;

function ago(ms) {
  return span(Math.max(0, (Date.now() - ms) / 1000)) + ' ago';
}

const last = row => row?.findLast(value => value !== null);

class Training extends LitElement {
  #runs = null;
  #run = null; // what is looked at
  #wrong = '';
  #plots = new Map();
  #dark = matchMedia('(prefers-color-scheme: dark)');

  createRenderRoot() {
    return this;
  }

  connectedCallback() {
    super.connectedCallback();
    this.#look();
    setInterval(() => document.hidden || this.#look(), AGAIN_MS);
    addEventListener('hashchange', () => this.#look());
    this.#dark.addEventListener('change', () => { this.#forget(); this.#draw(); });
    new ResizeObserver(() => this.#fit()).observe(this);
  }

  async #look() {
    try {
      const {on, runs} = await ask('/v1/runs');
      this.#runs = on ? runs : [];
      const wanted = decodeURIComponent(location.hash.slice(1));
      const name = runs.some(one => one.run === wanted) ? wanted : runs[0]?.run;
      const run = name ? await ask(`/v1/runs/${name}`) : null;
      if (run?.run !== this.#run?.run) this.#forget();
      this.#run = run;
      this.#wrong = on ? '' : 'This studio shows no runs: its key styleinv.studio.runs names no folder.';
    } catch (e) {
      if (!(e instanceof Problem)) throw e;
      this.#wrong = e.message;
    }
    this.requestUpdate();
    await this.updateComplete;
    this.#draw();
  }

  #forget() {
    this.#plots.forEach(plot => plot.destroy());
    this.#plots.clear();
  }

  async #draw() {
    if (!this.#run) return;
    const Plot = await load();
    const {kimg, rows} = this.#run;
    for (const place of this.querySelectorAll('.plot')) {
      const name = place.dataset.name;
      if (!(name in rows)) continue;
      const plot = this.#plots.get(name);
      if (plot && place.contains(plot.root)) {
        put(plot, [kimg, rows[name]]);
        continue;
      }
      plot?.destroy();
      const few = rows[name].filter(value => value !== null).length < 30;
      this.#plots.set(name, new Plot({
        ...options(place, {
          name,
          height: HEIGHT,
          across: {label: 'kimg', value: (_, value) => value == null ? '' : +value.toFixed(3)},
          cursor: {y: false, sync: {key: 'training'}},
          scales: {x: {time: false}},
          series: {points: {show: few}, value: (_, value) => value == null ? '' : +value.toPrecision(4)},
        }),
        width: place.clientWidth,
      }, [kimg, rows[name]], place));
    }
  }

  #fit() {
    this.#plots.forEach(plot => plot.setSize({width: plot.root.parentElement?.clientWidth || 300, height: HEIGHT}));
  }

  #head() {
    const {state, stage, heard_ms: heard, kimg, rows} = this.#run;
    const at = kimg.at(-1) ?? 0;
    const left = last(rows.eta_s);
    const pace = last(rows.sec_per_kimg);
    const all = pace > 0 && left !== undefined ? at + left / pace : null;
    return html`<p role="status"><b>${WORDS[state]}</b> ${stage ? html`${stage}, ${+at.toFixed(1)}${all ? ` of ${+all.toFixed(1)}` : ''} kimg` : 'no figures yet'}${
      state === 'live' && left > 0 ? `, ${span(left)} left` : ''}; last figures ${ago(heard)}</p>
      ${all ? html`<progress max="1" .value=${Math.min(1, at / all)} aria-label="How far it is"></progress>` : nothing}`;
  }

  #curves() {
    const names = Object.keys(this.#run.rows);
    const group = name => GROUPS.findIndex(([, begins]) => begins.test(name));
    return GROUPS.map(([title], i) => {
      const own = names.filter(name => group(name) === i);
      return own.length ? html`<h3>${title}</h3><div class="grid">${own.map(name => html`
        <div class="plot plots" data-name=${name} role="img"
            aria-label="${name}, ${+(last(this.#run.rows[name]) ?? 0).toPrecision(4)}"></div>`)}</div>` : nothing;
    });
  }

  #seen() {
    const name = address => address.replace(/.*\/([^/?]+)\?.*/, '$1');
    const {pictures, clips} = this.#run;
    return html`${clips.length ? html`<h3>Clips</h3><div class="grid small">${clips.map(one => html`
        <figure><video src=${one} controls loop muted playsinline preload="metadata" aria-label=${name(one)}></video><figcaption>${name(one)}</figcaption></figure>`)}</div>` : nothing}
      ${pictures.length ? html`<h3>Pictures</h3><div class="grid wide">${pictures.map(one => html`
        <figure><a href=${one}><img loading="lazy" src=${one} alt=${name(one)}></a><figcaption>${name(one)}</figcaption></figure>`)}</div>` : nothing}`;
  }

  render() {
    return html`${this.#wrong ? html`<p class="wrong" role="alert">${this.#wrong}</p>` : nothing}
      ${this.#runs?.length === 0 && !this.#wrong ? html`<p class="hint">No run is here yet. <code>styleinv train</code> makes one.</p>` : nothing}
      <nav class="runs" aria-label="Runs">${(this.#runs ?? []).map(one => html`
        <a class="button" href="#${one.run}" aria-current=${one.run === this.#run?.run ? 'true' : nothing}>${one.run}<i>${WORDS[one.state]}</i></a>`)}</nav>
      ${this.#run ? html`<section aria-label="Run"><h2>${this.#run.run}</h2>${this.#head()}${this.#curves()}${this.#seen()}</section>` : nothing}`;
  }
}

customElements.define('studio-training', Training);
