// Frames of one tile on their way: a queue that is kept filled, whatever brings them.
// States: closed, or open with a generation; every start begins another, and what an old one still brings is dropped.

import {passes, Problem} from './api.js';

const AGAIN_MS = 1000;

export class Feed {
  #retry = 0;
  queue = []; // {index, bitmap}, bitmap null while it is decoded
  generation = 0;
  depth = 1;
  parameters = null;
  next = 0;

  /** @param told {frame(), started(model, ms), ended(), away(sentence), failed(problem)} */
  constructor(told) {
    this.told = told;
  }

  /** Shows a video from an index on. */
  start(parameters, index) {
    clearTimeout(this.#retry);
    this.parameters = parameters;
    this.next = index;
    this.clear();
    this.over = false;
    this.begun = performance.now();
    this.first = true;
    this.begin();
  }

  clear() {
    this.generation++;
    this.queue.forEach(one => one.bitmap?.close());
    this.queue = [];
  }

  /** How many frames to keep; sets how far the mesh works ahead. */
  keep(depth) {
    this.depth = depth;
    this.fill();
  }

  /** The frame that is next, if it is there. */
  head() {
    return this.queue[0]?.bitmap ? this.queue[0] : null;
  }

  take() {
    const one = this.queue.shift();
    if (this.over && !this.queue.length) this.told.ended();
    this.fill();
    return one;
  }

  /** A JPEG has come. */
  came(index, jpeg) {
    const one = {index, bitmap: null};
    const generation = this.generation;
    this.queue.push(one);
    this.next = index + (this.parameters.time_step < 0 ? -1 : 1);
    createImageBitmap(jpeg).then(bitmap => {
      if (generation !== this.generation) {
        bitmap.close();
        return;
      }
      one.bitmap = bitmap;
      const ms = performance.now() - this.begun;
      this.told.frame(this.first ? ms : null);
      this.first = false;
    }, () => generation === this.generation && this.broken(new Problem({status: 0, detail: 'A frame came broken.'})));
  }

  /** No frame comes behind those that are here. */
  ended() {
    this.over = true;
    if (!this.queue.length) this.told.ended();
  }

  /** Something went wrong: goes on at the next frame where that may help. */
  broken(problem) {
    if (this.closed) {
      return;
    }
    if (!passes(problem)) {
      this.told.failed(problem);
      return;
    }
    this.told.away(problem.message);
    clearTimeout(this.#retry);
    this.#retry = setTimeout(() => this.resume(), AGAIN_MS);
  }

  /** Frames that are here stay; the rest is asked for again. */
  resume() {
    if (this.parameters && !this.closed && !this.over) {
      this.begin();
    }
  }

  close() {
    this.closed = true;
    clearTimeout(this.#retry);
    this.clear();
  }
}
