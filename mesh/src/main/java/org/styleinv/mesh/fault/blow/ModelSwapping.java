package org.styleinv.mesh.fault.blow;

import io.grpc.ManagedChannel;
import io.grpc.StatusRuntimeException;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import org.styleinv.client.Access;
import org.styleinv.client.StreamClient;
import org.styleinv.mesh.fault.blow.ModelForms.Form;
import org.styleinv.mesh.fault.watch.Checker.Rule;
import org.styleinv.mesh.fault.watch.Checker.Violation;
import org.styleinv.mesh.fault.watch.Viewer;
import org.styleinv.proto.DecoderGrpc;
import org.styleinv.proto.VariantsRequest;
import org.styleinv.proto.VariantsResponse;

/**
 * Puts one model after the other where the decoders look while viewers watch: a good one must be served by every decoder and
 * be seen by every viewer, a bad one must be refused by every decoder, and what was served goes on.
 */
public final class ModelSwapping {
    private static final Duration ANSWER = Duration.ofSeconds(10);
    private static final int SEEN = 5; // frames that each viewer sees of what is served then
    private static final long LOOK_MS = 50;

    private final ModelForms forms;
    private final Access access;
    private final Duration patience;

    /**
     * @param access   how decoders are asked
     * @param patience with decoders and viewers, for each model
     */
    public ModelSwapping(ModelForms forms, Access access, Duration patience) {
        this.access = access;
        this.forms = forms;
        this.patience = patience;
    }

    /** The fault: once for each bad model; afterwards the model is as shipped. */
    public Fault fault() {
        return new Fault(
                "model swapped under load, a bad one refused",
                forms.variant(),
                Set.of(forms.shipped().label(), forms.other().label()),
                Set.of(),
                2,
                stage -> strike(stage.fleet().decoders(), stage.viewers(), stage.broken()));
    }

    /** As {@link #fault}, with those who serve and those who watch; what is wrong goes to {@code broken}. */
    void strike(List<String> decoders, List<Viewer> viewers, List<Violation> broken)
            throws IOException, InterruptedException {
        Form shipped = forms.shipped();
        Form other = forms.other();
        for (Form bad : forms.bad()) {
            hold(broken, other.name() + " to be served", serve(decoders, other));
            look(viewers, other, broken);
            forms.place().put(bad.folder());
            hold(broken, bad.name() + " to be refused", await(decoders, answer -> refuses(answer, other)));
            look(viewers, other, broken);
            hold(broken, "the model " + shipped.name() + " to be served", serve(decoders, shipped));
            look(viewers, shipped, broken);
        }
    }

    /** Publishes a good model and waits until every decoder serves it; those that do not, with what they say. */
    public List<String> serve(List<String> decoders, Form form) throws IOException, InterruptedException {
        forms.place().publish(form.folder());
        return await(
                decoders,
                answer -> serves(answer, form) && answer.getModelRefused().isEmpty());
    }

    private boolean serves(VariantsResponse answer, Form form) {
        return answer.getVariantsList().stream()
                .anyMatch(one ->
                        one.getName().equals(forms.variant()) && one.getModel().equals(form.label()));
    }

    private boolean refuses(VariantsResponse answer, Form goesOn) {
        return serves(answer, goesOn) && !answer.getModelRefused().isEmpty();
    }

    /** Asks each decoder until it says what it should; the last answers of those that never did. */
    private List<String> await(List<String> decoders, Predicate<VariantsResponse> wanted) throws InterruptedException {
        List<String> others = new ArrayList<>();
        long end = System.nanoTime() + patience.toNanos();
        for (String decoder : decoders) {
            ManagedChannel channel = StreamClient.channel(decoder, access);
            try {
                String said = await(channel, wanted, end);
                if (!said.isEmpty()) {
                    others.add(decoder + " says " + said);
                }
            } finally {
                channel.shutdownNow();
            }
        }
        return others;
    }

    private static String await(ManagedChannel channel, Predicate<VariantsResponse> wanted, long end)
            throws InterruptedException {
        String said = "nothing";
        do {
            try {
                VariantsResponse answer = DecoderGrpc.newBlockingStub(channel)
                        .withDeadlineAfter(ANSWER.toMillis(), TimeUnit.MILLISECONDS)
                        .variants(VariantsRequest.getDefaultInstance());
                if (wanted.test(answer)) {
                    return "";
                }
                said = answer.toString();
            } catch (StatusRuntimeException e) {
                said = String.valueOf(e.getMessage());
            }
            TimeUnit.MILLISECONDS.sleep(LOOK_MS);
        } while (System.nanoTime() < end);
        return said;
    }

    private void hold(List<Violation> broken, String what, List<String> others) {
        for (String other : others) {
            broken.add(new Violation(
                    Rule.MODEL, "decoder", "waited " + patience.toSeconds() + " s for " + what + ", but " + other));
        }
    }

    /** Lets every viewer see a few frames of what is served. */
    private void look(List<Viewer> viewers, Form form, List<Violation> broken) throws InterruptedException {
        for (Viewer viewer : viewers) {
            if (!viewer.awaitMore(form.label(), SEEN, patience)) {
                broken.add(new Violation(
                        Rule.MODEL,
                        viewer.name(),
                        "saw no " + SEEN + " frames more of model " + form.label() + ", which every decoder serves"));
            }
        }
    }
}
