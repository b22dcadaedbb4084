package org.styleinv.mesh;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.grpc.Status;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;
import java.io.IOException;
import java.net.http.HttpClient;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.styleinv.client.Access;
import org.styleinv.client.FrameStream;
import org.styleinv.client.StreamClient;
import org.styleinv.fixture.Insistent;
import org.styleinv.proto.identity.Certificates;
import org.styleinv.proto.identity.TlsFiles;

/** A mesh that tells callers apart by their certificates, at gRPC and at HTTP; its services show each other theirs. */
@QuarkusTest
@TestProfile(MutualTlsTest.Mutual.class)
@Tag("long") // a mesh of its own
@Timeout(180)
class MutualTlsTest extends SecureMeshCase {
    /** Wants certificates, and no tokens. */
    public static class Mutual extends SecureMesh.Alone {
        @Override
        public List<TestResourceEntry> testResources() {
            return List.of(new TestResourceEntry(SecureMesh.class, Map.of(SecureMesh.MUTUAL, "true")));
        }
    }

    private Access by(Optional<Certificates.Pair> own) {
        return Access.of(ca(), own.map(Certificates.Pair::cert), own.map(Certificates.Pair::key), Optional.empty());
    }

    @Test
    void gRpcHearsWhoShowsACertificateThatTheAuthoritySigned() throws Exception {
        Optional<Certificates.Pair> known = Optional.of(authority.issue(folder, "known", "a.client"));
        Certificates strange = Certificates.authority("a stranger");
        assertEquals(Status.OK, refusal(by(known)));
        assertEquals(Status.Code.UNAVAILABLE, refusal(by(Optional.empty())).getCode());
        assertEquals(
                Status.Code.UNAVAILABLE,
                refusal(by(Optional.of(strange.issue(folder, "strange", "a.client"))))
                        .getCode());
        try (StreamClient client = client(by(known), PATIENT);
                FrameStream stream = client.stream(frames(3))) {
            for (int index = 0; index < 3; index++) {
                assertEquals(index, stream.next().getIndex());
            }
        }
    }

    private HttpClient browser(Optional<Certificates.Pair> own) {
        TlsFiles files = TlsFiles.of(ca(), own.map(Certificates.Pair::cert), own.map(Certificates.Pair::key));
        return HttpClient.newBuilder()
                .sslContext(own.isPresent() ? Insistent.context(files) : files.context())
                .connectTimeout(SOON)
                .followRedirects(HttpClient.Redirect.NORMAL)
                .build();
    }

    @Test
    void httpAnswersNobodyElseButAboutHealth() throws Exception {
        HttpClient known = browser(Optional.of(authority.issue(folder, "browser", "a.client")));
        HttpClient nobody = browser(Optional.empty());
        HttpClient self = browser(Optional.of(Certificates.itself(folder, "self", "a.client")));
        assertEquals(200, ask(known, "/v1/frames/0.png?seed=1", "").statusCode());
        assertEquals(401, ask(nobody, "/v1/frames/0.png?seed=1", "").statusCode());
        assertEquals(401, ask(nobody, "/v1/broadcasts", "").statusCode());
        assertEquals(200, ask(nobody, "/q/health/live", "").statusCode());
        assertThrows(IOException.class, () -> ask(self, "/q/health/live", ""));
    }
}
