package org.styleinv.mesh.fault.blow;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.grpc.Server;
import io.grpc.ServerBuilder;
import io.grpc.stub.StreamObserver;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.styleinv.client.Access;
import org.styleinv.mesh.TinyModel;
import org.styleinv.mesh.fault.FaultKind;
import org.styleinv.mesh.fault.FaultRun;
import org.styleinv.mesh.fault.blow.ModelForms.Form;
import org.styleinv.mesh.fault.watch.Checker.Rule;
import org.styleinv.mesh.fault.watch.Checker.Violation;
import org.styleinv.mesh.stop.Failure;
import org.styleinv.mesh.stop.Stopping;
import org.styleinv.network.checkpoint.ModelFolder;
import org.styleinv.network.file.FileRefused;
import org.styleinv.network.file.FolderReplacement;
import org.styleinv.proto.DecoderGrpc;
import org.styleinv.proto.Variant;
import org.styleinv.proto.VariantsRequest;
import org.styleinv.proto.VariantsResponse;

/** A round of swapped models believes no decoder that takes everything, nothing, or a bad model for a moment. */
@Timeout(60)
class ModelSwappingTest {
    /** What a decoder does about the model that its folder holds. */
    private enum Manner {
        JUDGES,
        TAKES_ALL,
        KEEPS_THE_FIRST
    }

    @TempDir
    private static Path tiny;

    @TempDir
    private Path folder;

    private final List<Server> servers = new ArrayList<>();
    private ModelForms forms;

    @BeforeAll
    static void write() throws IOException {
        TinyModel.write(tiny.resolve("model"), 16, 16, 1);
    }

    @BeforeEach
    void make() throws IOException {
        forms = ModelForms.make(tiny.resolve("model"), folder.resolve("models"));
    }

    @AfterEach
    void stop() {
        servers.forEach(Server::shutdownNow);
    }

    /** Looks at the folder when it is asked, and answers as the real one. */
    private static final class FakeDecoder extends DecoderGrpc.DecoderImplBase {
        private final ModelForms forms;
        private final Manner manner;
        private String serves;

        FakeDecoder(ModelForms forms, Manner manner) {
            this.forms = forms;
            this.manner = manner;
            serves = forms.shipped().label();
        }

        @Override
        public synchronized void variants(VariantsRequest request, StreamObserver<VariantsResponse> answer) {
            var response = VariantsResponse.newBuilder();
            try {
                ModelFolder model = ModelFolder.open(forms.place().folder());
                if (manner == Manner.JUDGES) {
                    model.verifyVariant(forms.variant());
                }
                if (manner != Manner.KEEPS_THE_FIRST) {
                    serves = model.variantDigest(forms.variant());
                }
            } catch (FileRefused e) {
                response.setModelRefused(e.getMessage());
            } catch (IOException e) {
                throw new IllegalStateException(e);
            }
            response.addVariants(Variant.newBuilder().setName(forms.variant()).setModel(serves));
            answer.onNext(response.build());
            answer.onCompleted();
        }
    }

    private String decoder(Manner manner) throws IOException {
        Server server = ServerBuilder.forPort(0)
                .addService(new FakeDecoder(forms, manner))
                .build()
                .start();
        servers.add(server);
        return "localhost:" + server.getPort();
    }

    private List<Violation> broken(Duration patience, String... decoders) throws Exception {
        List<Violation> broken = new ArrayList<>();
        new ModelSwapping(forms, Access.PLAIN, patience).strike(List.of(decoders), List.of(), broken);
        return broken;
    }

    @Test
    void passesDecodersThatTakeGoodModelsAndRefuseBadOnes() throws Exception {
        assertEquals(List.of(), broken(Duration.ofSeconds(20), decoder(Manner.JUDGES), decoder(Manner.JUDGES)));
        assertEquals(
                forms.shipped().label(),
                ModelFolder.open(forms.place().folder()).variantDigest(forms.variant()),
                "the model is as shipped afterwards");
    }

    @Test
    void findsADecoderThatServesABadModel() throws Exception {
        String credulous = decoder(Manner.TAKES_ALL);
        List<Violation> broken = broken(Duration.ofMillis(300), decoder(Manner.JUDGES), credulous);
        assertEquals(forms.bad().size(), broken.size(), broken.toString());
        for (Violation violation : broken) {
            assertEquals(Rule.MODEL, violation.rule());
            assertTrue(violation.sentence().contains("to be refused, but " + credulous), violation.sentence());
        }
    }

    @Test
    void findsADecoderThatTakesNoOtherModel() throws Exception {
        List<Violation> broken = broken(Duration.ofMillis(300), decoder(Manner.KEEPS_THE_FIRST));
        assertTrue(broken.get(0).sentence().contains("another generator to be served"), broken.toString());
    }

    @Test
    void itsModelsDifferInOneVariantOnly() throws Exception {
        ModelFolder shipped = ModelFolder.open(forms.shipped().folder());
        ModelFolder other = ModelFolder.open(forms.other().folder());
        other.verifyVariant(forms.variant());
        assertEquals(shipped.digest(), other.digest());
        assertEquals(shipped.variants(), other.variants());
        assertNotEquals(forms.shipped().label(), forms.other().label());
        for (Form form : List.of(forms.shipped(), forms.other())) {
            assertEquals(ModelFolder.open(form.folder()).variantDigest(forms.variant()), form.label());
        }
    }

    @Test
    void aModelWithoutAVariantHasNoOther() throws Exception {
        Path bare = folder.resolve("bare");
        FolderReplacement.copy(tiny.resolve("model"), bare);
        Stopping.delete(bare.resolve("variants"));
        assertEquals(
                Optional.of("the model has no variant whose generator could be another"), ModelForms.trouble(bare));
        assertEquals(Optional.empty(), ModelForms.trouble(tiny.resolve("model")));
        assertNotEquals(
                Optional.empty(),
                ModelForms.trouble(forms.other().folder()),
                "its generator is the base's, and no other form of it differs");
    }

    @Test
    void aRunThatHasNoRoundLeftIsNoProof() throws Exception {
        Path bare = folder.resolve("bare");
        FolderReplacement.copy(tiny.resolve("model"), bare);
        Stopping.delete(bare.resolve("variants"));
        var settings = new FaultRun.Settings(
                folder,
                bare,
                folder.resolve("data"),
                folder,
                Set.of(FaultKind.SWAP),
                Optional.empty(),
                0,
                false,
                false,
                15,
                900,
                List.of());
        String sentence = assertThrows(Failure.class, () -> FaultRun.run(settings, line -> {}))
                .getMessage();
        assertTrue(sentence.contains("SWAP") && sentence.contains("has no variant"), sentence);
    }
}
