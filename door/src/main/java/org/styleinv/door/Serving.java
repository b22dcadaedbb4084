package org.styleinv.door;

/** What a service says of itself to those who ask for {@code grpc.health.v1}. */
public interface Serving {
    /** Its full name on the wire, as {@code styleinv.v1.Motion}. */
    String service();

    /** How it is now. Asked twice a second; does not wait. */
    Health health();
}
