// npm install && node frames.mjs HOST:PORT COUNT DIR: the next frames of broadcasts of variant base as files, from Kafka (9092).
// Many may read one broadcast: it is painted once. docs/asyncapi.yaml says what is in the topics.
import {randomUUID} from 'node:crypto';
import {mkdirSync, writeFileSync} from 'node:fs';
import {fileURLToPath} from 'node:url';
import {Kafka, logLevel} from 'kafkajs';
import protobuf from 'protobufjs';

const [broker, count, folder] = process.argv.slice(2);
mkdirSync(folder, {recursive: true});
const root = new protobuf.Root();
const protos = fileURLToPath(new URL('../../proto/src/main/proto/', import.meta.url));
root.resolvePath = (_, name) => protos + name;
const Frame = (await root.load('styleinv/v1/media.proto')).lookupType('styleinv.v1.Frame');
const kafka = new Kafka({brokers: [broker], logLevel: logLevel.ERROR});
const consumer = kafka.consumer({groupId: `example-${randomUUID()}`}); // a group of its own sees every frame
await consumer.connect();
await consumer.subscribe({topic: 'styleinv.frames.base'}); // from now on
let left = Number(count);
await new Promise((done, failed) => consumer.run({autoCommit: false, eachMessage: async ({message}) => {
  if (left > 0 && message.headers.encoding?.toString() === 'JPEG') { // headers are text: records are chosen by them unread
    const {index, image} = Frame.decode(message.value);
    writeFileSync(`${folder}/${index}.jpg`, image.data);
    if (--left === 0) done();
  }
}}).catch(failed));
await consumer.disconnect();
