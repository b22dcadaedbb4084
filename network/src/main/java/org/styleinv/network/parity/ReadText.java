package org.styleinv.network.parity;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.styleinv.network.Script;

/**
 * A layer's own text, changed so that it can be checked: its casts to float32 become casts to {@code type}, and each
 * argument of an activation with a kink at zero is moved by an argument of its own and given as a further result.
 *
 * @param script the changed text; its results are those of the original, then the activations' arguments
 * @param kinks how many activations there are; as many arguments follow the original ones
 */
record ReadText(Script script, int kinks) {
    private static final Map<String, ReadText> FLOAT32 = new ConcurrentHashMap<>();
    private static final Map<String, ReadText> FLOAT64 = new ConcurrentHashMap<>();
    private static final Pattern HEAD =
            Pattern.compile("(def forward\\(self: __torch__\\.Function, .*)\\) -> (Tensor|List\\[Tensor]):\n");
    private static final Pattern RETURN = Pattern.compile("^    return (.*)$", Pattern.MULTILINE);
    private static final Pattern KINK = Pattern.compile("torch\\.(leaky_relu|prelu|relu)$");

    static ReadText of(Script script, boolean float64) {
        return (float64 ? FLOAT64 : FLOAT32).computeIfAbsent(script.toString(), source -> read(source, float64));
    }

    private static ReadText read(String source, boolean float64) {
        StringBuilder text = new StringBuilder();
        Deque<Integer> calls = new ArrayDeque<>(); // where the open brackets stand in the text
        int kinks = 0;
        Deque<Boolean> bends = new ArrayDeque<>(); // whether an activation's first argument is open in each of them
        for (char c : source.toCharArray()) {
            if (c == ',' && !bends.isEmpty() && bends.peek()) {
                close(text, kinks++);
                bends.pop();
                bends.push(false);
            }
            if ((c == ')' || c == ']') && bends.pop()) {
                close(text, kinks++);
            }
            text.append(c);
            if (c == '(' || c == '[') {
                calls.push(text.length() - 1);
                boolean bend = c == '('
                        && KINK.matcher(text.substring(0, text.length() - 1)).find();
                bends.push(bend);
                text.append(bend ? "torch.append(bent, torch.add(" : "");
            } else if (c == ')' || c == ']') {
                int start = calls.pop();
                int end = text.length() - 1;
                if (float64
                        && text.substring(0, start).endsWith("torch.to")
                        && text.substring(start, end).endsWith(", 6")) {
                    text.setCharAt(end - 1, '7');
                }
            }
        }
        return kinks == 0 ? new ReadText(Script.ofSource(text.toString()), 0) : withKinks(text.toString(), kinks);
    }

    private static void close(StringBuilder text, int kink) {
        text.append(", move").append(kink).append("))[-1]");
    }

    private static ReadText withKinks(String text, int kinks) {
        Matcher head = HEAD.matcher(text);
        if (!head.find()) {
            throw new IllegalStateException("a text with an activation gives other results than tensors:\n" + text);
        }
        StringBuilder moves = new StringBuilder();
        for (int i = 0; i < kinks; i++) {
            moves.append(", move").append(i).append(": Tensor");
        }
        String values = head.group(2).equals("Tensor") ? "[$1]" : "$1";
        String start = head.group(1) + moves + ") -> List[Tensor]:\n    bent = annotate(List[Tensor], [])\n";
        String read = head.replaceFirst(Matcher.quoteReplacement(start));
        return new ReadText(
                Script.ofSource(RETURN.matcher(read).replaceAll("    return torch.add(" + values + ", bent)")), kinks);
    }
}
