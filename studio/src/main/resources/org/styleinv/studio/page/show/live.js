// A feed over the WebSocket /v1/live: each frame against a credit.

import {Feed} from './feed.js';
import {Problem} from './api.js';

export class LiveFeed extends Feed {
  #socket = null;
  #owed = 0; // frames that may still come for credit given
  #pending = 0; // starts that are not confirmed; what comes before is of an old one

  /** @param useless called when a socket never opens, though the studio is there */
  constructor(told, useless) {
    super(told);
    this.useless = useless;
  }

  begin() {
    if (this.#socket?.readyState === WebSocket.OPEN) {
      this.#pending++;
      this.#say({start: {...this.parameters, first_index: this.next, pace: 'fast'}});
      this.fill();
    } else if (!this.#socket || this.#socket.readyState > WebSocket.OPEN) {
      this.#open();
    }
  }

  #open() {
    const socket = new WebSocket(new URL('/v1/live', location.href.replace(/^http/, 'ws')));
    let opened = false;
    socket.binaryType = 'arraybuffer';
    socket.onopen = () => {
      opened = true;
      this.#owed = 0;
      this.#pending = 0;
      this.begin();
    };
    socket.onmessage = message => this.#heard(message.data);
    socket.onclose = () => {
      if (this.#socket === socket) {
        this.#socket = null;
        this.#lost(opened);
      }
    };
    this.#socket = socket;
  }

  /** The socket has gone: is the studio gone, or will it take no socket? */
  async #lost(opened) {
    if (this.closed) {
      return;
    }
    if (!opened && await fetch('/page/icon.svg', {cache: 'no-store'}).then(answer => answer.ok, () => false)) {
      if (!this.closed) this.useless();
      return;
    }
    this.broken(new Problem({status: 0, detail: 'The studio does not answer.'}));
  }

  #heard(data) {
    if (typeof data !== 'string') {
      this.#owed--;
      if (!this.#pending) {
        const index = new DataView(data).getBigUint64(0);
        this.came(Number(index), new Blob([new Uint8Array(data, 8)], {type: 'image/jpeg'}));
      } else {
        this.fill();
      }
      return;
    }
    const {started, ended, problem} = JSON.parse(data);
    if (started) {
      this.#pending--;
      if (!this.#pending) this.told.started(started.model);
    } else if (ended && !this.#pending) {
      this.ended();
    } else if (problem) {
      if (this.#pending) this.#pending--;
      if (!this.#pending) this.broken(new Problem(problem));
    }
  }

  fill() {
    const room = this.depth - this.queue.length - this.#owed;
    if (room > 0 && room >= this.depth / 4 && this.#socket?.readyState === WebSocket.OPEN) {
      this.#owed += room;
      this.#say({credit: room});
    }
  }

  #say(message) {
    this.#socket.send(JSON.stringify(message));
  }

  close() {
    super.close();
    this.#socket?.close();
  }
}
