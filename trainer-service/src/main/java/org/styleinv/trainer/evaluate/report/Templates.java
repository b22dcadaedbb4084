package org.styleinv.trainer.evaluate.report;

import io.quarkus.qute.Engine;
import io.quarkus.qute.HtmlEscaper;
import io.quarkus.qute.ReflectionValueResolver;
import io.quarkus.qute.ResultMapper;
import io.quarkus.qute.TemplateNode.Origin;
import io.quarkus.qute.Variant;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** The files beside this class that pages are made from; values come into each as its language wants them. */
final class Templates {
    private static final String MARKDOWN = "text/markdown";
    private static final String SVG = "image/svg+xml";
    private static final Engine ENGINE = Engine.builder()
            .addDefaults()
            .addValueResolver(new ReflectionValueResolver())
            .addResultMapper(new HtmlEscaper(List.of(Variant.TEXT_HTML, SVG)))
            .addResultMapper(new MarkdownEscaper())
            .build();

    private Templates() {}

    /** @param file html, svg or md */
    static byte[] filled(String file, Object data) throws IOException {
        try (InputStream in = Templates.class.getResourceAsStream(file)) {
            String text = new String(in.readAllBytes(), StandardCharsets.UTF_8);
            return ENGINE.parse(text, Variant.forContentType(type(file)), file)
                    .render(data)
                    .getBytes(StandardCharsets.UTF_8);
        }
    }

    private static String type(String file) {
        return switch (file.substring(file.lastIndexOf('.'))) {
            case ".html" -> Variant.TEXT_HTML;
            case ".svg" -> SVG;
            default -> MARKDOWN;
        };
    }

    /** What stands in a cell of a table. */
    private static final class MarkdownEscaper implements ResultMapper {
        @Override
        public boolean appliesTo(Origin origin, Object result) {
            return result instanceof CharSequence
                    && origin.getVariant()
                            .map(of -> of.getContentType().equals(MARKDOWN))
                            .orElse(false);
        }

        @Override
        public String map(Object result, io.quarkus.qute.Expression expression) {
            return result.toString()
                    .replaceAll("([\\\\`*_\\[\\]<>|])", "\\\\$1")
                    .replaceAll("\\s+", " ");
        }
    }
}
