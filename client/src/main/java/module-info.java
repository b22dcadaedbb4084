/** Readers of a mesh: streams of frames that resume, frames from Kafka, broadcasts, refused records. */
module org.styleinv.client {
    requires transitive io.grpc;
    requires transitive kafka.clients;
    requires transitive org.styleinv.proto;
    requires com.google.protobuf;
    requires io.grpc.netty;
    requires io.netty.handler;
    requires io.grpc.stub;
    requires static org.jspecify;

    exports org.styleinv.client;
}
