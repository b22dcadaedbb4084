// Shows the frames of all tiles together, by the clock: frame n of each at once, and never one out of order.

import {LiveFeed} from './live.js';
import {MjpegFeed} from './mjpeg.js';
import {LAST, video} from './recipe.js';

const AHEAD = 16; // frames that are kept while it plays, of all tiles together at least one each
const MOST_MJPEG = 4; // a browser opens six connections to a site

export class Player {
  #feeds = [];
  #due = 0;
  #steps = 0; // frames that are to be shown though it does not play
  canvases = [];
  playing = false;
  wire = 'live';

  /** @param told {frame(index), alive(), started(model), ended(), away(sentence), failed(problem), wire()} */
  constructor(told, measures) {
    this.told = told;
    this.measures = measures;
    const tick = now => {
      this.#tick(now);
      requestAnimationFrame(tick);
    };
    requestAnimationFrame(tick);
  }

  /** Begins a recipe at its frame. */
  show(recipe) {
    this.recipe = recipe;
    this.measures.pause();
    const tiles = this.wire === 'live' ? recipe.tiles.length : Math.min(MOST_MJPEG, recipe.tiles.length);
    while (this.#feeds.length > tiles) {
      this.#feeds.pop().close();
    }
    while (this.#feeds.length < tiles) {
      this.#feeds.push(this.#feed());
    }
    this.#steps = 1;
    this.#keep();
    this.#feeds.forEach((feed, i) => feed.start(video(recipe, i), recipe.at));
  }

  #feed() {
    const told = {
      frame: ms => {
        if (ms !== null) this.measures.first(ms);
        this.told.alive();
      },
      started: model => this.told.started(model),
      ended: () => this.told.ended(),
      away: sentence => this.told.away(sentence),
      failed: problem => this.told.failed(problem),
    };
    return this.wire === 'live' ? new LiveFeed(told, () => this.#plain()) : new MjpegFeed(told);
  }

  /** WebSockets do not get through: the same over plain HTTP. */
  #plain() {
    if (this.wire === 'live') {
      this.wire = 'mjpeg';
      this.#feeds.forEach(feed => feed.close());
      this.#feeds = [];
      this.told.wire();
      this.show(this.recipe);
    }
  }

  #keep() {
    const depth = this.playing ? Math.max(2, Math.ceil(AHEAD / this.#feeds.length)) : 1;
    this.#feeds.forEach(feed => feed.keep(depth));
  }

  play(on) {
    this.playing = on;
    this.measures.pause();
    this.#keep();
  }

  /** Shows one frame more though it does not play. */
  step() {
    this.#steps++;
  }

  /** Whether the next frame of every face is here. */
  ready() {
    return this.#feeds.length > 0 && this.#feeds.every(feed => feed.head() !== null);
  }

  #tick(now) {
    if (!this.#feeds.length || (!this.playing && !this.#steps) || now < this.#due - 4) {
      return;
    }
    const heads = this.#feeds.map(feed => feed.head());
    if (heads.includes(null)) {
      if (this.#steps) heads.forEach((head, i) => head && paint(this.canvases[i], head.bitmap)); // those that are first
      return;
    }
    const period = 1000 / this.recipe.fps;
    const late = now - this.#due;
    this.#due = late > period ? now + period : this.#due + period; // what came late delays the rest
    heads.forEach((head, i) => paint(this.canvases[i], head.bitmap));
    this.#feeds.forEach(feed => feed.take().bitmap.close());
    if (this.playing && !this.#steps) {
      this.measures.frame(now, this.#feeds.reduce((sum, feed) => sum + feed.queue.length, 0) / this.#feeds.length);
    }
    if (this.#steps) this.#steps--;
    const index = heads[0].index;
    this.told.frame(index);
    if (index >= LAST && !this.recipe.back) {
      this.told.ended();
    }
  }
}

function paint(canvas, bitmap) {
  if (canvas) {
    if (canvas.width !== bitmap.width) {
      canvas.width = bitmap.width;
      canvas.height = bitmap.height;
    }
    canvas.getContext('2d').drawImage(bitmap, 0, 0);
    canvas.dataset.drawn = Number(canvas.dataset.drawn ?? 0) + 1;
  }
}
