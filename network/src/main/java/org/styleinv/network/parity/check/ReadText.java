package org.styleinv.network.parity.check;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.styleinv.network.Script;

/**
 * A layer's own text, changed so that it can be checked: its casts to float32 become casts to another type, and each
 * argument of an activation with a kink at zero is moved by an argument of its own and given as a further result.
 *
 * @param script the changed text; its results are those of the original, then the activations' arguments
 * @param kinks how many activations there are; as many arguments follow the original ones, and in {@link Way#WEIGHED} as
 *     many again
 */
record ReadText(Script script, int kinks) {
    /** How a text is read. */
    enum Way {
        FLOAT32,
        FLOAT64,
        /**
         * In float64, and what is added to an activation's slope at each of its arguments is an argument as well. It is
         * zero; whatever is computed can be differentiated by it, also what is a derivative itself.
         */
        WEIGHED;

        private final Map<String, ReadText> texts = new ConcurrentHashMap<>();
    }

    private static final Pattern HEAD =
            Pattern.compile("(def forward\\(self: __torch__\\.Function, .*)\\) -> (Tensor|List\\[Tensor]):\n");
    private static final Pattern RETURN = Pattern.compile("^    return (.*)$", Pattern.MULTILINE);
    private static final String LAST_GRADIENTS = ", None, None, False, True)"; // which cannot be differentiated
    private static final String GRADIENTS = ", None, None, True, True)";
    private static final Pattern KINK = Pattern.compile("torch\\.(leaky_relu|prelu|relu)$");

    public static ReadText of(Script script, Way way) {
        return way.texts.computeIfAbsent(script.toString(), source -> read(source, way));
    }

    /** What is open in a text: where its bracket stands, and what of an activation. */
    private static final class Open {
        private final int start;
        private final boolean activation;
        private int kink = -1;

        private Open(int start, boolean activation) {
            this.start = start;
            this.activation = activation;
        }

        /** Whether this is an activation's first argument. */
        private boolean bends() {
            return activation && kink < 0;
        }
    }

    private static ReadText read(String source, Way way) {
        StringBuilder text = new StringBuilder();
        Deque<Open> opened = new ArrayDeque<>();
        int kinks = 0;
        for (char c : source.toCharArray()) {
            boolean closes = c == ')' || c == ']';
            if ((c == ',' || closes) && !opened.isEmpty() && opened.peek().bends()) {
                opened.peek().kink = kinks;
                close(text, kinks++);
            }
            if (c == '(' || c == '[') {
                Matcher activation = KINK.matcher(text);
                boolean bend = c == '(' && activation.find();
                if (bend && way == Way.WEIGHED) {
                    text.insert(activation.start(), "torch.add(");
                }
                opened.push(new Open(text.length(), bend));
                text.append(c).append(bend ? "torch.append(bent, torch.add(" : "");
            } else if (closes) {
                Open open = opened.pop();
                if (way != Way.FLOAT32
                        && text.substring(0, open.start).endsWith("torch.to")
                        && text.substring(open.start).endsWith(", 6")) {
                    text.setCharAt(text.length() - 1, '7');
                }
                text.append(c);
                if (open.activation && way == Way.WEIGHED) {
                    text.append(", torch.mul(bent[-1], slope").append(open.kink).append("_))");
                }
            } else {
                text.append(c);
            }
        }
        String read = way == Way.WEIGHED ? text.toString().replace(LAST_GRADIENTS, GRADIENTS) : text.toString();
        return kinks == 0 ? new ReadText(Script.ofSource(read), 0) : withKinks(read, kinks, way);
    }

    private static void close(StringBuilder text, int kink) {
        text.append(", move").append(kink).append("))[-1]");
    }

    private static ReadText withKinks(String text, int kinks, Way way) {
        Matcher head = HEAD.matcher(text);
        if (!head.find()) {
            throw new IllegalStateException("a text with an activation gives other results than tensors:\n" + text);
        }
        StringBuilder moves = new StringBuilder();
        for (int i = 0; i < kinks; i++) {
            moves.append(", move").append(i).append(": Tensor");
        }
        for (int i = 0; way == Way.WEIGHED && i < kinks; i++) {
            moves.append(", slope").append(i).append("_: Tensor");
        }
        String values = head.group(2).equals("Tensor") ? "[$1]" : "$1";
        String start = head.group(1) + moves + ") -> List[Tensor]:\n    bent = annotate(List[Tensor], [])\n";
        String read = head.replaceFirst(Matcher.quoteReplacement(start));
        return new ReadText(
                Script.ofSource(RETURN.matcher(read).replaceAll("    return torch.add(" + values + ", bent)")), kinks);
    }
}
