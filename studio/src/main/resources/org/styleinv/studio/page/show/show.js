// The one thing that all parts of the page look at: what is shown, where it is, and how it goes.
// Events: "change" when the recipe or the state has, "frame" for each frame shown.

import {ask, Problem} from './api.js';
import {Measures} from './measures.js';
import {Player} from './player.js';
import {fragment, LAST, MOST_TILES, parse} from './recipe.js';
import {turn} from './turns.js';

const QUIET_MS = 3000; // without a frame
const LINK_MS = 1500; // browsers bound how often an address may change

class Show extends EventTarget {
  #linked = 0;
  #aliveAt = performance.now();
  #seeking = false;
  #wanted = null;
  #ahead = 0; // steps that are asked for and not seen yet
  recipe = parse(location.hash);
  index = 0; // of the frame that is seen
  chosen = 0; // the tile that a picture or a seed is for
  state = 'waiting'; // waiting, moving, still, away, failed
  sentence = '';
  problem = null;
  variants = ['base'];
  directions = []; // what faces can be changed along
  resolution = 0; // of the frames, pixels
  faces = new Map(); // what the encoder said of a picture, by face id
  measures = new Measures();

  constructor() {
    super();
    this.index = this.recipe.at;
    this.player = new Player({
      frame: index => this.#frame(index),
      alive: () => { this.#aliveAt = performance.now(); },
      started: model => this.#started(model),
      ended: () => this.pause(),
      away: sentence => this.#say('away', sentence + ' It goes on by itself when that is back.'),
      failed: problem => this.#failed(problem),
      wire: () => this.#changed(),
    }, this.measures);
    setInterval(() => this.#watch(), 500);
    addEventListener('hashchange', () => {
      if (location.hash !== fragment(this.recipe)) this.begin(parse(location.hash));
    });
  }

  /** Shows a recipe from its frame on. */
  begin(recipe) {
    this.recipe = recipe;
    this.chosen = Math.min(this.chosen, recipe.tiles.length - 1);
    this.index = recipe.at;
    this.problem = null;
    this.#seeking = true;
    this.#ahead = 0;
    this.#aliveAt = performance.now();
    if (this.state === 'failed') this.state = 'waiting';
    this.#changed(); // the tiles are there when their frames come
    this.player.show(recipe);
    this.#link();
  }

  /** Shows the same with something else in it, at the same frame. */
  change(other) {
    this.begin({...this.recipe, at: this.index, model: '', ...other});
  }

  async list() {
    try {
      const looks = await ask('/v1/variants');
      this.variants = looks.map(one => one.name);
      this.resolution = looks[0]?.resolution ?? 0;
      this.directions = await ask('/v1/directions');
      this.#changed();
    } catch (e) {
      if (!(e instanceof Problem)) throw e;
      setTimeout(() => this.list(), 2000);
    }
  }

  #started(model) {
    if (model) {
      this.recipe.model = model;
    }
  }

  #frame(index) {
    this.index = index;
    this.recipe.at = index;
    this.#aliveAt = performance.now();
    this.#seeking = false;
    if (this.#ahead) this.#ahead--;
    const state = this.player.playing ? 'moving' : 'still';
    if (this.state !== state) {
      this.#say(state, '');
    }
    this.dispatchEvent(new Event('frame'));
    if (this.#wanted !== null) {
      const wanted = this.#wanted;
      this.#wanted = null;
      this.#go(wanted);
    } else if (!this.player.playing || performance.now() - this.#linked > LINK_MS) {
      this.#link();
    }
  }

  #failed(problem) {
    this.player.play(false);
    this.problem = problem;
    this.#say('failed', problem.message);
  }

  /** Says so where frames stay away without a word. */
  #watch() {
    const waits = this.player.playing || this.#seeking;
    if (waits && (this.state === 'moving' || this.state === 'waiting' || this.state === 'still')
        && !document.hidden && performance.now() - this.#aliveAt > QUIET_MS) {
      this.#say('away', 'The mesh sends no frame. It goes on by itself when it does.');
    }
  }

  #say(state, sentence) {
    this.state = state;
    this.sentence = sentence;
    this.#changed();
  }

  #changed() {
    this.dispatchEvent(new Event('change'));
  }

  #link() {
    this.#linked = performance.now();
    history.replaceState(null, '', this.link());
  }

  /** The link that shows exactly this. */
  link() {
    return location.origin + location.pathname + fragment(this.recipe);
  }

  play() {
    this.#aliveAt = performance.now();
    this.player.play(true);
    this.#changed();
  }

  pause() {
    this.player.play(false);
    this.#link();
    this.#say(this.state === 'moving' ? 'still' : this.state, this.sentence);
  }

  toggle() {
    if (this.player.playing) this.pause();
    else this.play();
  }

  /** Goes to a frame; of many wishes the last counts. */
  seek(index) {
    const to = Math.round(Math.min(LAST, Math.max(0, index)));
    if (this.#seeking && this.state !== 'away' && this.state !== 'failed') {
      this.#wanted = to;
      this.index = to;
      this.dispatchEvent(new Event('frame'));
    } else {
      this.#go(to);
    }
  }

  #go(index) {
    this.begin({...this.recipe, at: index});
  }

  /** Some frames on or back. */
  step(frames) {
    if (this.player.playing) this.pause();
    const on = this.recipe.back ? -1 : 1;
    if (frames === on && !this.#seeking) {
      this.#ahead++;
      this.player.step();
    } else {
      this.seek(this.index + this.#ahead * on + frames);
    }
  }

  turnRound() {
    this.begin({...this.recipe, at: this.index, back: !this.recipe.back});
  }

  /** Slower or faster; the moment stays, so its number does not. */
  speed(step) {
    const at = Math.round(Math.min(LAST, this.index * this.recipe.step / step));
    this.begin({...this.recipe, step, at});
  }

  fade(name, over) {
    this.change({looks: turn(this.recipe.looks, name, this.index, over, this.recipe.back)});
  }

  /** Puts another face or motion into a tile. */
  tile(number, other) {
    this.change({tiles: this.recipe.tiles.map((tile, i) => i === number ? other : tile)});
  }

  tiles(tiles) {
    this.change({tiles: tiles.slice(0, MOST_TILES)});
  }

  choose(number) {
    this.chosen = number;
    this.#changed();
  }
}

export const show = new Show();
