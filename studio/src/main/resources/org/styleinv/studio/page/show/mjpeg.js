// A feed over plain HTTP, /v1/streams.mjpeg: what is not read is not made.

import {Feed} from './feed.js';
import {Problem, take} from './api.js';

const HEAD_END = [13, 10, 13, 10];

export class MjpegFeed extends Feed {
  #abort = null;
  #room = null; // wakes the reader

  begin() {
    this.#abort?.abort();
    this.#abort = new AbortController();
    this.#read(this.#abort.signal);
  }

  async #read(signal) {
    const generation = this.generation;
    try {
      const query = new URLSearchParams({...this.parameters, first_index: this.next, fps: 30, pace: 'fast'});
      const answer = await fetch('/v1/streams.mjpeg?' + query, {signal});
      if (!answer.ok) {
        await take(answer);
      }
      this.told.started(this.parameters.model ?? '');
      for await (const [index, jpeg] of parts(answer.body.getReader())) {
        if (generation !== this.generation) return;
        this.came(index, jpeg);
        while (this.queue.length >= this.depth && generation === this.generation) {
          await new Promise(go => { this.#room = go; });
        }
      }
      this.ended();
    } catch (e) {
      if (!signal.aborted) {
        this.broken(e instanceof Problem ? e : new Problem({status: 0, detail: 'The stream broke off.'}));
      }
    }
  }

  fill() {
    this.#room?.();
  }

  clear() {
    super.clear();
    this.#room?.();
  }

  close() {
    super.close();
    this.#abort?.abort();
  }
}

/** The parts of a multipart answer: [index, JPEG]. */
async function* parts(reader) {
  let held = new Uint8Array(0);
  const more = async () => {
    const {done, value} = await reader.read();
    if (done) return false;
    const joined = new Uint8Array(held.length + value.length);
    joined.set(held);
    joined.set(value, held.length);
    held = joined;
    return true;
  };
  try {
    for (;;) {
      let end;
      while ((end = find(held)) < 0) {
        if (!await more()) return;
      }
      const head = new TextDecoder().decode(held.subarray(0, end));
      const length = Number(/Content-Length: (\d+)/i.exec(head)?.[1]);
      const index = Number(/X-Frame-Index: (\d+)/i.exec(head)?.[1]);
      while (held.length < end + length) {
        if (!await more()) throw new Error('cut off');
      }
      yield [index, new Blob([held.subarray(end, end + length)], {type: 'image/jpeg'})];
      held = held.slice(end + length);
    }
  } finally {
    reader.cancel().catch(() => {});
  }
}

/** Where the bytes behind the first empty line are; -1 if it has not come. */
function find(bytes) {
  for (let i = 0; i + 3 < bytes.length; i++) {
    if (HEAD_END.every((one, k) => bytes[i + k] === one)) {
      return i + 4;
    }
  }
  return -1;
}
