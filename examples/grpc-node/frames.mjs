// npm install && node frames.mjs HOST:PORT COUNT DIR: the first frames of seed 7 as files, by gRPC.
import {mkdirSync, writeFileSync} from 'node:fs';
import {fileURLToPath} from 'node:url';
import grpc from '@grpc/grpc-js';
import loader from '@grpc/proto-loader';

const [address, count, folder] = process.argv.slice(2);
mkdirSync(folder, {recursive: true});
const protos = fileURLToPath(new URL('../../proto/src/main/proto', import.meta.url));
const {Motion} = grpc.loadPackageDefinition(
    loader.loadSync('styleinv/v1/motion.proto', {includeDirs: [protos], longs: String, defaults: true})).styleinv.v1;
const motion = new Motion(address, grpc.credentials.createInsecure(), {'grpc.max_receive_message_length': 16 << 20});
const frames = motion.generateStream({seed: 7, frameCount: count, encoding: 'PNG'});
for await (const frame of frames) { // not read is not made: gRPC's flow control reaches the painter
  writeFileSync(`${folder}/${frame.index}.png`, frame.image.data);
}
motion.close();
