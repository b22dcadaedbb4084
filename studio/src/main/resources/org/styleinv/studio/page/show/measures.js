// What is measured of the frames shown, a row a second: frames/s, longest gap, queue; and the time to each first frame.

const KEPT = 120; // rows

export class Measures extends EventTarget {
  #last = 0;
  #count = 0;
  #gap = 0;
  #queue = 0;
  #first = null;
  rows = {time: [], rate: [], first: [], gap: [], queue: []};
  firstMs = null;

  constructor() {
    super();
    setInterval(() => this.#row(), 1000);
  }

  /** Milliseconds from asking to the first frame decoded. */
  first(ms) {
    this.firstMs = ms;
    this.#first = ms;
  }

  /** A frame is shown. */
  frame(now, queue) {
    if (this.#last) {
      this.#gap = Math.max(this.#gap, now - this.#last);
    }
    this.#last = now;
    this.#count++;
    this.#queue = queue;
  }

  /** What follows is not a gap. */
  pause() {
    this.#last = 0;
  }

  #row() {
    const rows = this.rows;
    rows.time.push(Date.now() / 1000);
    rows.rate.push(this.#count);
    rows.first.push(this.#first);
    rows.gap.push(this.#count ? this.#gap : null);
    rows.queue.push(this.#count ? this.#queue : null);
    Object.values(rows).forEach(row => row.length > KEPT && row.shift());
    this.#count = 0;
    this.#gap = 0;
    this.#first = null;
    this.dispatchEvent(new Event('row'));
  }
}
