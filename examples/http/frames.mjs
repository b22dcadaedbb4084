// node frames.mjs URL COUNT DIR: the first frames of seed 7 as files, over the WebSocket, with Node alone (22, or 20 with --experimental-websocket).
// The page says how many frames it takes (credit), so a slow reader is never flooded.
import {mkdirSync, writeFileSync} from 'node:fs';

const [url, count, folder] = process.argv.slice(2);
mkdirSync(folder, {recursive: true});
const socket = new WebSocket(url.replace(/^http/, 'ws') + '/v1/live');
socket.binaryType = 'arraybuffer';
socket.onopen = () => {
  socket.send(JSON.stringify({start: {seed: 7, frames: count, pace: 'fast'}}));
  socket.send(JSON.stringify({credit: 4}));
};
socket.onmessage = ({data}) => {
  if (typeof data === 'string') {
    const {ended, problem} = JSON.parse(data);
    if (problem) throw new Error(problem.detail);
    if (ended) socket.close();
  } else {
    const index = new DataView(data).getBigUint64(0);
    writeFileSync(`${folder}/${index}.jpg`, new Uint8Array(data, 8));
    socket.send(JSON.stringify({credit: 1}));
  }
};
