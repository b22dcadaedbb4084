package org.styleinv.proto.wire;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Trace contexts of others are gone on with, and what is none begins a new one: W3C Trace Context, section 3. */
class TraceParentTest {
    private static final String CLIENTS = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";

    @Test
    void aClientsTraceGoesOnInASpanOfItsOwn() {
        TraceParent clients = TraceParent.parse(CLIENTS).orElseThrow();
        assertEquals(CLIENTS, clients.toString());
        TraceParent own = clients.within();
        assertEquals(clients.trace(), own.trace());
        assertNotEquals(clients.span(), own.span());
        assertTrue(own.sampled());
        assertEquals(Optional.of(own), TraceParent.parse(own.toString()));
        assertEquals(
                clients,
                TraceParent.parse("cc" + CLIENTS.substring(2) + "-later").orElseThrow());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "00",
                "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7",
                "00-4BF92F3577B34DA6A3CE929D0E0E4736-00f067aa0ba902b7-01",
                "00-00000000000000000000000000000000-00f067aa0ba902b7-01",
                "00-4bf92f3577b34da6a3ce929d0e0e4736-0000000000000000-01",
                "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01-more",
                "ff-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"
            })
    void whatIsNoneIsNotGoneOnWith(String text) {
        assertEquals(Optional.empty(), TraceParent.parse(text));
    }

    @Test
    void aNewOneIsKeptByNobodyYet() {
        assertFalse(TraceParent.begun().sampled());
        assertNotEquals(TraceParent.begun().trace(), TraceParent.begun().trace());
    }
}
