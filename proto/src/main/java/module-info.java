/** The wire of a mesh: its messages and services, and what both ends must agree on. */
module org.styleinv.proto {
    requires transitive com.google.protobuf;
    requires transitive io.grpc;
    requires transitive io.grpc.stub;
    requires static transitive kafka.clients; // for whoever speaks Kafka
    requires com.google.common;
    requires io.grpc.protobuf;
    requires static org.jspecify;

    exports org.styleinv.proto;
    exports org.styleinv.proto.identity;
    exports org.styleinv.proto.wire;
}
